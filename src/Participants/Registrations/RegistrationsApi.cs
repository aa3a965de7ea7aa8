using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

public static class RegistrationsApi
{
    public static void MapRegistrations(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("").WithTags("Registrations").NeverStored();
        open.MapGet("/registration-form", Register.Stamp).WithSummary("What a registration form brings with it, once.");
        open.MapPost("/registrations", Register.Handle).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429)
            .WithSummary("Registers a citizen, or an organisation with its first representative; 202 whoever uses the address.");
        open.MapGet("/registration-confirmations/{token}", ConfirmRegistration.Read).ProducesProblem(404).WithSummary("What a link confirms.");
        open.MapPost("/registration-confirmations/{token}", ConfirmRegistration.Handle).ProducesProblem(404).WithSummary("Confirms the address, sets the password and signs in.");

        // SPEC §2.12: personal data of registrants are for the executive secretary only, and each look is written down.
        var desk = api.MapGroup("/registrations").WithTags("Registrations").NeverStored().RequireStaffOrElected(StaffRole.ExecutiveSecretary);
        desk.MapGet("", ReadRegistrations.List).WithSummary("Registrations in a state, UNDER_REVIEW where none is named, or those that end and whose people cannot sign in; oldest first.");
        desk.MapGet("/{id:guid}", ReadRegistrations.One).ProducesProblem(404).WithSummary("One registration; the look is written down.");
        desk.MapPost("/{id:guid}/acceptance", DecideRegistration.Accept).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithSummary("Accepts a registration; an organisation is registered with its first representative. If-Match.");
        desk.MapPost("/{id:guid}/refusal", DecideRegistration.Refuse).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428)
            .WithSummary("Refuses a registration, with a reason that its person gets. If-Match.");
        desk.MapPost("/{id:guid}/withdrawal", WithdrawAssisted.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428)
            .WithSummary("Withdraws an assisted registration for its person, with a reason. If-Match.");
        desk.MapPost("/{id:guid}/renewal", RenewRegistration.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428)
            .WithSummary("Keeps a registration that ends, for its person, who cannot sign in. If-Match.");
        desk.MapPost("/{id:guid}/consents/{kind}/revocation", RevokeForPerson.Handle).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Revokes a consent for its person, with a reason and immediate effect.");
        api.MapGroup("/assisted-people").WithTags("Registrations").NeverStored().RequireStaffOrElected(StaffRole.ExecutiveSecretary)
            .MapPost("/search", AssistedPeople.Search).WithSummary("People who were registered with help and cannot sign in, by name; looks are written down.");
        api.MapGroup("/assisted-registrations").WithTags("Registrations").NeverStored().RequireStaffOrElected(StaffRole.ExecutiveSecretary)
            .MapPost("", RegisterAssisted.Handle).ProducesProblem(409).ProducesProblem(422).WithSummary("Registers a person who is there, with or without e-mail.");

        var own = api.MapGroup("/my/registrations").WithTags("Registrations").NeverStored().RequireAuthorization().OpenToOwnAccount();
        own.MapGet("", ReadRegistrations.Own).WithSummary("My registrations, the newest first.");
        own.MapPut("/{id:guid}", CorrectRegistration.Handle).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithSummary("Puts right what a registration of mine says of me. If-Match.");
        api.MapGroup("/my/registrations").WithTags("Registrations").NeverStored().RequireAuthorization().ProducesProblem(401).SessionOnly()
            .MapPost("", RegisterSignedIn.Handle).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Registers whoever is signed in: as a citizen, or with an organisation.");
        api.MapGroup("/my/standing").WithTags("Registrations").NeverStored().RequireAuthorization().ProducesProblem(401)
            .MapGet("", Standings.Own).WithSummary("Whether I take part: registered and accepted, with a mandate or a post.");
        own.MapPost("/{id:guid}/withdrawal", ReadRegistrations.Withdraw).ProducesProblem(404).ProducesProblem(409).WithSummary("Withdraws a registration of mine.");
    }

    public static void MapRegistrations(this ModelBuilder model) => model.Entity<Registration>(registration =>
    {
        registration.ToTable("registration");
        registration.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        registration.HasOne<Account>().WithMany().HasForeignKey(row => row.WithdrawnBy);
        registration.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        registration.Property(row => row.Proposal).HasColumnType("jsonb").HasConversion(
            proposal => JsonSerializer.Serialize(proposal, ContractsJson.Options), json => JsonSerializer.Deserialize<OrganisationRequest>(json, ContractsJson.Options));
    });
}
