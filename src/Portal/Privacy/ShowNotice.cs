using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>The integral notice: the one in force with the list of all versions, or one of these.</summary>
internal static class ShowNotice
{
    public static async Task<IResult> CurrentAsync(HttpContext http, ParticipantsApi participants, PrivacyClient privacy)
    {
        var current = participants.PrivacyNoticeAsync();
        var register = privacy.RegisterAsync();
        var versions = await participants.PrivacyNoticesAsync();
        var notice = await current;
        // Before the set-up there is none; the rest of the page holds all the same.
        return notice.Ok || notice.NotFound
            ? Pages.Of<PrivacyPage>(new PrivacyModel(notice.Value, versions.Value?.Items ?? [], (await register).Value?.Items ?? [], IsVersion: false))
            : Pages.For(http, notice);
    }

    public static async Task<IResult> VersionAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var notice = await participants.PrivacyNoticeAsync(id);
        return notice.Ok ? Pages.Of<PrivacyPage>(new PrivacyModel(notice.Value, [], [], IsVersion: true)) : Pages.For(http, notice);
    }
}

public sealed record PrivacyModel(PrivacyNoticeView? Notice, IReadOnlyList<NoticeVersion> Versions, IReadOnlyList<RegisterLine> Register, bool IsVersion);
