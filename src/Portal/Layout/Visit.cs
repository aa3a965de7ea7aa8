using OpenGov.Portal.Account;
using OpenGov.Portal.Http;
using OpenGov.Portal.Instance;
using OpenGov.Portal.Setup;

namespace OpenGov.Portal.Layout;

/// <summary>What every page knows of the request that it answers.</summary>
public sealed class Visit
{
    /// <summary>Null while nobody could be asked yet who this instance is.</summary>
    public InstanceView? Instance { get; set; }

    /// <summary>Null for an anonymous reader.</summary>
    public SessionView? Session { get; set; }

    public string Path { get; set; } = "/";

    /// <summary>Path and query of the page without the language choice, for the language links.</summary>
    public string Here { get; set; } = "/";
}

/// <summary>Loads the <see cref="Visit"/> of a page, and keeps everybody but set-up away from an instance that is not set up.</summary>
internal sealed class VisitLoading(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http, Visit visit, InstanceCache instances, ParticipantsApi participants, PageSources sources)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<PageMetadata>() is null)
        {
            await next(http);
            return;
        }

        visit.Path = http.Request.Path;
        var rest = http.Request.Query.Where(pair => pair.Key != ChosenLanguage.Parameter);
        visit.Here = http.Request.Path + QueryString.Create(rest);

        var session = http.Request.Headers.Authorization.Count > 0 ? participants.SessionAsync() : null;
        visit.Instance = await instances.CurrentAsync(participants, sources);
        ChosenLanguage.Remember(http);
        visit.Session = session is null ? null : (await session).Value;

        if (visit.Instance is { Configured: false } && endpoint.Metadata.GetMetadata<BeforeSetup>() is null)
        {
            await Pages.Of<NotConfiguredPage>(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(http);
            return;
        }

        await next(http);
    }
}

/// <summary>A page that works on an instance that is not set up yet.</summary>
internal sealed class BeforeSetup;
