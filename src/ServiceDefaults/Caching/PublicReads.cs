using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Caching;

/// <summary>
/// Answers that caches of the instance may keep. An answer says in <see cref="Header"/> whose state it was made from
/// (<c>action-plans, portal</c>; <c>participants=…</c> where it was made from a copy as of that version), and
/// <see cref="VersionPath"/> of each says whether that state is still the same (docs/decisions).
/// </summary>
public static class PublicReads
{
    /// <summary>Does not leave the instance: the gateway takes it off.</summary>
    public const string Header = "OpenGov-Depends-On";

    /// <summary>Answers with the state's version, as text.</summary>
    public const string VersionPath = "/internal/version";

    /// <summary>
    /// The answers to anonymous GETs of these endpoints follow from the service's public state (facts, copies, tables given to
    /// <see cref="AddStateTable"/>) and the date; not from the hour, from who asks, or from anything else.
    /// </summary>
    public static TBuilder DependsOnStateOnly<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        endpoints.WithMetadata(FromState.Only);
        return endpoints;
    }

    /// <summary>Adds a small table to the state that is shown to everybody but changes without a fact.</summary>
    public static void AddStateTable(this IServiceCollection services, string table) => services.AddSingleton(new StateTable(table));

    internal static void AddStateVersion(this IServiceCollection services) => services.TryAddSingleton<IStateVersion, ProgramVersion>();

    internal static void AddDatabaseVersion(this IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IStateVersion, DatabaseVersion>());

    internal static void UsePublicReads(this WebApplication app, string name)
    {
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<FromState>() is not null && context.Request.Headers.Authorization.Count == 0)
                context.Response.Headers[Header] = name;
            return next(context);
        });
        app.MapInternal().MapGet("/version", async (IStateVersion state, CancellationToken cancellationToken) =>
        {
            FeedEndpoints.LeaveNoTrace();
            return TypedResults.Text(await state.ReadAsync(cancellationToken));
        });
    }

    private sealed class FromState
    {
        public static readonly FromState Only = new();
    }
}
