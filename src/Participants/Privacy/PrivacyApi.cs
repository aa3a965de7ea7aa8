using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.Participants.Privacy.Breaches;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy;

/// <param name="Proof">For the header <c>OpenGov-Address-Proof</c> of other services' <c>/my/personal-data</c>; five minutes.</param>
public sealed record AddressProof(string Proof);

/// <summary>A line of the register of personal data, without the names of tables.</summary>
public sealed record RegisterLine(string Service, DataKind Kind, DataPurpose Purpose, DataRetention Retention, OnErasure OnErasure);

internal static class PrivacyApi
{
    public static void AddPrivacy(this IServiceCollection services)
    {
        services.AddScoped<NoticeInForce>();
        services.AddScoped<ArcoDesk>();
        services.AddSingleton<KeptPeopleFigures>();
        services.AddScoped<ErasePerson>();
        services.AddSingleton<ErasureLedger>();
        services.AddSingleton<LedgerWriter>();
        services.AddSingleton<EraseAgain>();
        services.AddSingleton<IFigures, LedgerFigures>();
    }

    public static void MapPrivacy(this IEndpointRouteBuilder api)
    {
        api.MapPrivacyNotices();
        api.MapConsents();
        api.MapAccessLog();
        api.MapBreaches();
        api.MapGet("/personal-data-register", Register).WithTags("Personal data").WithSummary("Which data the instance keeps, what for, how long, and what an erasure does to them.");
        api.MapGet("/my/address-proof", Prove).WithTags("Personal data").RequireAuthorization().OpenToOwnAccount().ProducesProblem(404).WithSummary("Proves the account's address to the other services, for five minutes.");

        var own = api.MapGroup("/my/arco-requests").WithTags("ARCO").NeverStored().RequireAuthorization().OpenToOwnAccount();
        own.MapPost("", AskRight.Handle).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Asks to exercise a right over my data; the answer is the receipt.");
        own.MapGet("", ReadRequests.Own).WithSummary("My requests, the newest first.");
        own.MapGet("/{id:guid}", ReadRequests.OwnOne).ProducesProblem(404).WithSummary("One of my requests, with its dates and history.");
        own.MapPost("/{id:guid}/completion", ActOnRequest.CompleteOwn).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Gives what was missing; If-Match.");
        own.MapPost("/{id:guid}/withdrawal", ActOnRequest.WithdrawOwn).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428).WithSummary("Withdraws the request; If-Match.");

        var desk = api.MapGroup("/arco-requests").WithTags("ARCO").NeverStored().RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        desk.MapPost("", AskRight.Record).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Records the request of somebody at the desk, and whose data it is about where that is known.");
        desk.MapGet("", ReadRequests.List).WithSummary("Requests, the newest first; with open=true what is due soonest.");
        desk.MapGet("/figures", ReadRequests.Figures).WithSummary("How many are open, overdue and nearly due.");
        desk.MapGet("/{id:guid}", ReadRequests.One).ProducesProblem(404).WithSummary("One request; the look is written down.");
        Act("/prevention", "Warns that something is missing.", ActOnRequest.Prevent);
        Act("/completion", "Writes down what was missing.", ActOnRequest.Complete);
        Act("/extension", "Extends the answer's term, once.", ActOnRequest.Extend);
        Act("/answer", "Answers, with reasons.", ActOnRequest.Respond);
        Act("/redirection", "Tells where to go: not competent.", ActOnRequest.Redirect);
        Act("/rectification", "Puts the person's data right: a granted rectification is done.", RectifyPerson.Handle);
        Act("/effect", "What was granted is done.", ActOnRequest.MakeEffective);
        Act("/person", "Says whose data it is about.", LinkPerson.Handle);
        Act("/person/removal", "It is about somebody else.", LinkPerson.Remove);
        // Everything that is kept of somebody at once is for who sees personal data of registrants, and nobody else (SPEC §2.12).
        desk.MapGet("/{id:guid}/personal-data", ExportForRequest.Handle).RequireStaff(StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).WithSummary("What this service keeps of whoever asks for access or portability, as a file; the look is written down.");
        desk.MapGet("/{id:guid}/export-warrant", ExportForRequest.Warrant).RequireStaff(StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).WithSummary("Lets the reader fetch the same from every service, for five minutes; the look is written down.");
        desk.MapPost("/{id:guid}/erasure", ErasePerson.Handle).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Erases the person's data in every service, and ends what else they had asked; again shows how far it is.");

        void Act(string at, string summary, Delegate handler) => desk.MapPost("/{id:guid}" + at, handler)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary(summary + " If-Match.");
    }

    public static void MapPrivacyTables(this ModelBuilder model)
    {
        model.MapPrivacyNotices();
        model.Entity<Consent>().ToTable("consent");
        model.Entity<ArcoRequest>(request =>
        {
            request.ToTable("arco_request").Ignore(row => row.Due).Ignore(row => row.GrantsCancellation).Ignore(row => row.AsksForData).Ignore(row => row.EndsByErasure);
            request.Property<DateOnly?>(ArcoRequest.DueColumn).ValueGeneratedOnAddOrUpdate();
            request.HasOne<Account>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<Erasure>(erasure =>
        {
            erasure.ToTable("erasure");
            erasure.HasOne<ArcoRequest>().WithMany().HasForeignKey(row => row.ArcoRequestId);
        });
        model.Entity<ErasureConfirmation>().ToTable("erasure_confirmation").HasKey(row => new { row.ErasureId, row.Service });
        model.Entity<PersonalDataAccess>().ToTable("personal_data_access");
        model.Entity<Breach>().ToTable("breach");
    }

    private static Ok<Page<RegisterLine>> Register() => TypedResults.Ok(new Page<RegisterLine>(
        [.. PersonalDataRegister.Tables
            .SelectMany(table => table.Columns.Select(column => new RegisterLine(table.Service, column.Kind, table.Purpose, table.Retention, column.OnErasure)))
            .Distinct()],
        Next: null));

    private static async Task<Results<Ok<AddressProof>, ProblemHttpResult>> Prove(HttpContext http, ParticipantsDb db, InstanceKey key, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var account = http.RequireAccount().AccountId;
        var address = await db.Accounts.Where(row => row.Id == account && row.ErasedAt == null).Select(row => row.Email).SingleOrDefaultAsync(cancellationToken);
        return address is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(new AddressProof(AddressFingerprint.Prove(key, account, address, db.Now)));
    }
}
