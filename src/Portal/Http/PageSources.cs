using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Portal.Http;

/// <summary>Whose state the page being made shows, so that the gateway knows how long it may keep it.</summary>
public sealed class PageSources
{
    private readonly Lock adding = new();
    private readonly SortedSet<string> sources = new(StringComparer.Ordinal) { "portal" };
    private bool incomplete;

    /// <summary>Null where the page shows something that nobody vouches for, or lacks a part that did not answer.</summary>
    public string? DependsOn
    {
        get
        {
            lock (adding)
                return incomplete ? null : string.Join(", ", sources);
        }
    }

    public void Add(HttpMethod method, HttpResponseMessage answer)
    {
        var isKept = method == HttpMethod.Get && (int)answer.StatusCode is >= 200 and < 300 or StatusCodes.Status404NotFound;
        lock (adding)
        {
            if (!isKept || !answer.Headers.TryGetValues(PublicReads.Header, out var named))
                incomplete = true;
            else
                sources.UnionWith(named);
        }
    }

    /// <summary>A copy that the portal keeps, as of a version of its owner.</summary>
    public void Add(string service, string version)
    {
        lock (adding)
            sources.Add($"{service}={version}");
    }

    public void Incomplete()
    {
        lock (adding)
            incomplete = true;
    }
}
