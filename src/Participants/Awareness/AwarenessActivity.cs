using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Awareness;

public enum AwarenessState { Planned, Held, Cancelled }

/// <param name="Place">Place, link or both.</param>
public sealed record AwarenessRequest(string? Topic, string? Description, DateOnly? HeldOn, string? Place, string? Link);

/// <summary>Counts of who came; never names.</summary>
/// <param name="Citizens">People who came for themselves.</param>
/// <param name="Reason">Why it is put right, where it was recorded before.</param>
public sealed record AttendanceRequest(int? CivilSociety, int? PublicBodies, int? Guarantors, int? Citizens, string? Reason);

/// <summary>
/// "Sensibilización": informs and trains society and officials (SPEC §1.2). Allowed at any stage; at least <c>awarenessMinEvents</c> held are asked
/// for before the secretariat is installed (S3).
/// </summary>
public sealed class AwarenessActivity : AggregateRoot
{
    private const int MostPeople = 100_000;

    private AwarenessActivity()
    {
    }

    public string Topic { get; private set; } = "";
    public string? Description { get; private set; }
    public DateOnly HeldOn { get; private set; }
    public string? Place { get; private set; }
    public string? Link { get; private set; }
    public AwarenessState State { get; private set; }
    public int? CivilSociety { get; private set; }
    public int? PublicBodies { get; private set; }
    public int? Guarantors { get; private set; }
    public int? Citizens { get; private set; }

    /// <summary>Why it was cancelled, or its attendance put right.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset? RecordedAt { get; private set; }

    public static Result<AwarenessActivity> Plan(AwarenessRequest request)
    {
        var activity = new AwarenessActivity { Id = Guid.CreateVersion7() };
        var written = activity.Change(request);
        return written.IsRefused ? Result<AwarenessActivity>.From(written.Refusals) : activity;
    }

    public Result Change(AwarenessRequest request)
    {
        if (State != AwarenessState.Planned)
            return Refusal.Conflict("awareness_not_in_state");
        var fields = new Fields();
        var topic = fields.Text("topic", request.Topic, 3, 300);
        var description = string.IsNullOrWhiteSpace(request.Description) ? null : fields.Paragraphs("description", request.Description, 1, 4000);
        var on = fields.Value("heldOn", request.HeldOn);
        var place = fields.OptionalText("place", request.Place, 300);
        var link = fields.OptionalText("link", request.Link, 2000);
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0
            && (link.StartsWith("https://", StringComparison.Ordinal) || link.StartsWith("http://", StringComparison.Ordinal))))
        {
            fields.Refuse(Refusal.Invalid("link", "link_invalid"));
        }

        if (place is null && link is null && !fields.AreRefused)
            fields.Refuse(Refusal.Invalid("place", "awareness_without_place"));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (Topic, Description, HeldOn, Place, Link) = (topic, description, on, place, link);
        return Result.Done;
    }

    public Result Record(AttendanceRequest request, DateOnly today, DateTimeOffset now)
    {
        if (State == AwarenessState.Cancelled || HeldOn > today)
            return Refusal.Conflict("awareness_not_in_state");
        var fields = new Fields();
        var (civil, bodies, guarantors, citizens) =
            (Count("civilSociety", request.CivilSociety), Count("publicBodies", request.PublicBodies), Count("guarantors", request.Guarantors), Count("citizens", request.Citizens));
        var reason = State == AwarenessState.Held ? fields.Paragraphs("reason", request.Reason, 5, 2000) : null;
        if (!fields.AreRefused && civil + bodies + guarantors + citizens == 0)
            fields.Refuse(Refusal.Rule("awareness_nobody_came", "civilSociety"));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, CivilSociety, PublicBodies, Guarantors, Citizens, Reason, RecordedAt) = (AwarenessState.Held, civil, bodies, guarantors, citizens, reason, now);
        return Result.Done;

        int Count(string field, int? given)
        {
            var count = fields.Value(field, given);
            if (count is < 0 or > MostPeople)
                fields.Refuse(Refusal.Invalid(field, "number_out_of_range", 0, MostPeople));
            return count;
        }
    }

    public Result Cancel(string? reason)
    {
        if (State != AwarenessState.Planned)
            return Refusal.Conflict("awareness_not_in_state");
        var fields = new Fields();
        var text = fields.Paragraphs("reason", reason, 5, 2000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, Reason) = (AwarenessState.Cancelled, text);
        return Result.Done;
    }

    /// <summary>What may be shown of who came: small counts, and those from which one would follow, are left out.</summary>
    public Attendance? Shown(int threshold)
    {
        if (State != AwarenessState.Held)
            return null;
        var shown = SmallCells.Suppress(new Dictionary<string, int> { ["c"] = CivilSociety!.Value, ["p"] = PublicBodies!.Value, ["g"] = Guarantors!.Value, ["z"] = Citizens!.Value }, threshold);
        return new Attendance(shown["c"], shown["p"], shown["g"], shown["z"]);
    }

    public AwarenessActivityHeldV1 HeldFact(int threshold) => new(Id, Touch(), Topic, HeldOn, Place, Link, Shown(threshold)!, RecordedAt!.Value);
}
