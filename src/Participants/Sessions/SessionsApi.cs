using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.Participants.Http;
using OpenGov.Participants.Passkeys;
using OpenGov.Participants.Protection;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

public static class SessionsApi
{
    /// <summary>Replaces what other services do with copies; call it after <c>AddMessaging</c>.</summary>
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<DummyPassword>();
        services.AddSingleton<DeviceTokens>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<FormStamps>();
        services.AddSingleton<RegistrationGuard>();
        services.Replace(ServiceDescriptor.Singleton<IEndedSessions, OwnSessions>());
    }

    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions").NeverStored();
        sessions.MapPost("", SignIn.Handle).ProducesProblem(401).ProducesProblem(429).WithSummary("Signs in; 202 where a code is asked for, 401 sign_in_failed, 429 account_locked or too_many_attempts with Retry-After.");
        sessions.MapPost("/second-step", SecondStep.Handle).ProducesProblem(401).ProducesProblem(429).WithSummary("The code that a 202 of the sign-in asked for.");
        sessions.MapPost("/passkey-options", PasskeySignIn.Ask).ProducesProblem(401).ProducesProblem(409).WithSummary("What a browser needs to use a passkey.");
        sessions.MapPost("/passkey", PasskeySignIn.Handle).ProducesProblem(401).ProducesProblem(429).WithSummary("Signs in with a passkey, instead of password and code or of the code.");
        var own = sessions.MapGroup("").RequireAuthorization().OpenToOwnAccount().SessionOnly().ProducesProblem(401);
        own.MapGet("", ReadSessions.Own).WithSummary("My running sign-ins.");
        own.MapGet("/current", ReadSessions.Current).WithSummary("Who is signed in, with posts and mandates in force.");
        own.MapDelete("/others", EndSession.Others).WithSummary("Ends all my sign-ins but this one.");
        own.MapDelete("/current", EndSession.Current).WithSummary("Signs out.");
        own.MapDelete("/{id:guid}", EndSession.One).ProducesProblem(404).WithSummary("Ends another of my sign-ins.");
    }
}
