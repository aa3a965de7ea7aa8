using OpenGov.Contracts;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Portal.Instance;

/// <param name="PrimaryColour">#rrggbb</param>
public sealed record ThemeView(string? PrimaryColour, string? AccentColour);

public sealed record GuarantorView(Guid? Id, string? Name, string? Acronym, string? Kind);

/// <summary>Who this instance is, as Participants tells.</summary>
public sealed record InstanceView(
    bool Configured,
    string? CveEnt,
    string? Iso,
    string? StateName,
    string? Name,
    GuarantorView? Guarantor,
    string? PublicAddress,
    ThemeView? Theme,
    bool HasLogo,
    IReadOnlyList<string>? Languages,
    bool ExampleData)
{
    /// <summary>The version for <c>If-Match</c>, from the ETag.</summary>
    public string? Version { get; init; }
}

/// <summary>
/// Every page needs the instance's name and look. They are asked for again when the state of Participants is another one, and
/// the last known answer serves on while Participants is away.
/// </summary>
public sealed class InstanceCache(ServiceVersions versions, TimeProvider clock)
{
    /// <summary>A change of name or colours is seen by whoever made it as soon as this, also on the other replica.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(300);

    /// <summary>Asking for the version costs a millisecond; a page does not wait for a process that is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private volatile Known? known;

    public async Task<InstanceView?> CurrentAsync(ParticipantsApi participants, PageSources sources)
    {
        var last = known;
        var state = await versions.Of(Owners.Participants).SinceAsync(clock.Before(Fresh), Patience, CancellationToken.None);
        if (last?.State is { } seen && state?.Text == seen)
        {
            sources.Add(Owners.Participants, seen);
            return last.Instance;
        }

        if (state is null && last is { Instance.Configured: true })
        {
            // Away, or too busy to say even its version: a page that went on to wait for it would wait for as long as a page may.
            sources.Incomplete();
            return last.Instance;
        }

        var answer = await participants.InstanceAsync();
        if (answer is not { Ok: true, Value: { } instance })
        {
            sources.Incomplete();
            return last?.Instance;
        }

        // The version was asked for before the instance was: the instance is of that state or of a later one.
        var current = new Known(instance with { Version = answer.ETag }, state?.Text);
        (known, Layout.Format.Zone) = (current, StateZone.Of(instance.CveEnt));
        return current.Instance;
    }

    /// <summary>The next page asks anew: this portal has just changed the settings.</summary>
    public void Forget() => known = null;

    private sealed record Known(InstanceView Instance, string? State);
}
