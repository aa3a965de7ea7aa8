using OpenGov.Portal.Http;

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
/// Every page needs the instance's name and look. It is asked for at most once in <see cref="Fresh"/>, and the last known answer
/// serves on while Participants is away.
/// </summary>
public sealed class InstanceCache(TimeProvider clock)
{
    /// <summary>Short: a change of name or colours should be seen at once by whoever made it, also on the other replica.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private volatile Known? known;

    public async Task<InstanceView?> CurrentAsync(ParticipantsApi participants)
    {
        var last = known;
        if (last is not null && clock.GetUtcNow() - last.At < Fresh)
            return last.Instance;

        var answer = await participants.InstanceAsync();
        if (answer is not { Ok: true, Value: { } instance })
            return last?.Instance;
        known = new Known(instance with { Version = answer.ETag }, clock.GetUtcNow());
        return known.Instance;
    }

    /// <summary>The next page asks anew: this portal has just changed the settings.</summary>
    public void Forget() => known = null;

    private sealed record Known(InstanceView Instance, DateTimeOffset At);
}
