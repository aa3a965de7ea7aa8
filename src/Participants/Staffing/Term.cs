using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Staffing;

/// <summary>From when until when somebody holds a post or a mandate. Half-open: at <see cref="Until"/> it is over.</summary>
/// <param name="Until">Null: no end is set.</param>
/// <param name="EndedAt">When it was ended before its time; what ended stays on record.</param>
public sealed record Term(DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt = null)
{
    /// <summary>Starts now where no start is given. A term that is over before it is written authorises nobody: refused.</summary>
    public static Result<Term> Plan(DateTimeOffset? from, DateTimeOffset? until, DateTimeOffset now)
    {
        var start = (from ?? now).ToUniversalTime();
        var end = until?.ToUniversalTime();
        if (end <= start)
            return Refusal.Invalid("until", "until_before_from");
        return end <= now ? Refusal.Invalid("until", "until_in_past") : new Term(start, end);
    }

    /// <summary>The moment from which it no longer holds; null where no end is set.</summary>
    public DateTimeOffset? End => EndedAt is { } ended && (Until is null || ended < Until) ? ended : Until;

    public bool IsInForce(DateTimeOffset at) => From <= at && (End is null || at < End);

    public bool IsOver(DateTimeOffset at) => End <= at;

    /// <summary>An ended term that never began overlaps nothing.</summary>
    public bool Overlaps(Term other) => (End is null || other.From < End) && (other.End is null || From < other.End) && !IsVoid && !other.IsVoid;

    private bool IsVoid => End <= From;

    public Result<Term> Ended(DateTimeOffset now) => IsOver(now) ? Refusal.Conflict("term_already_over") : this with { EndedAt = now };
}
