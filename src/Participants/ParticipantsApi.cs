using Microsoft.AspNetCore.Authorization;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.Awareness;
using OpenGov.Participants.Declarations;
using OpenGov.Participants.Elections;
using OpenGov.Participants.Files;
using OpenGov.Participants.Groups;
using OpenGov.Participants.Instances;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Minutes;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy;
using OpenGov.Participants.Registrations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.SettingUp;
using OpenGov.Participants.SigningKeys;
using OpenGov.Participants.SignInPolicies;
using OpenGov.Participants.Staffing;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants;

internal static class ParticipantsApi
{
    /// <summary>After <c>AddMessaging</c>: some of it replaces what services that hold copies need.</summary>
    public static void AddParticipants(this IServiceCollection services)
    {
        services.AddAccounts();
        services.AddSessions();
        services.AddSigningKeys();
        services.AddScoped<IAuthorizationHandler, StaffAuthorization>();
        services.AddScoped<IAuthorizationHandler, OfficeAuthorization>();
        services.AddScoped<IOperators, PostsOfOperators>();
        services.AddScoped<PublicAddress>();
        services.AddScoped<LegalProfileInForce>();
        services.AddSingleton<OrganisationDirectory>();
        services.AddPrivacy();
        services.AddSecretariats();
        services.AddMinutes();
        services.AddElections();
        services.AddGroups();
        services.AddFiles();
        services.AddOpenCalls();
        services.AddSingleton(new SetUpOutput(Console.Out));
        services.AddScoped<PersonalMails>();
        services.AddScoped<StaffMails>();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<Housekeeping>());
        // Changing the logo records no fact.
        services.AddStateTable("instance");
        services.AddStateTable("instance_logo");
        services.AddAwareness();
        services.AddDeclarations();
    }

    public static void MapParticipants(this WebApplication app)
    {
        var api = app.MapGroup("/api/participants/v1").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapInstance();
        api.MapSettingUp();
        api.MapStates();
        api.MapLegalProfiles();
        api.MapPrivacy();
        api.MapOrganisations();
        api.MapRegistrations();
        api.MapFiles();
        api.MapOpenCalls();
        api.MapDeclarations();
        api.MapAwareness();
        api.MapAccounts();
        api.MapStaffing();
        api.MapSessions();
        api.MapSignInPolicy();
        api.MapSigningKeys();
        api.MapSecretariats();
        api.MapMinutes();
        api.MapElections();
        api.MapGroups();
        var inside = app.MapInternal();
        inside.MapPost("/session-exchange", ExchangeSession.Handle);
        inside.MapPost("/api-key-exchange", ExchangeApiKey.Handle);
    }
}
