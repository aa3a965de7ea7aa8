using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Portal.Secretariat;

namespace OpenGov.UnitTests.Portal;

public sealed class SessionPartsTests
{
    private static readonly Guid Session = Guid.CreateVersion7();

    [Fact]
    public async Task A_vote_changes_the_part_of_its_motion_and_no_other()
    {
        var before = await RenderAsync(WithVotes("ALFA"));
        var after = await RenderAsync(WithVotes("ALFA", "BETA"));
        after.Id.ShouldNotBe(before.Id);
        after.Parts.Select(part => part.Name).ShouldBe(["estado", "quorum", "orden-del-dia", "mociones", "mocion-1", "asistencia"]);
        after.Parts.Where((part, index) => part != before.Parts[index]).ShouldHaveSingleItem().Name.ShouldBe("mocion-1");
        after.Parts[4].Html.ShouldContain("BETA");
        after.Parts[4].Says.ShouldBe("Moción 1: han votado 2 de 3.");
        after.Over.ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_state_has_the_same_id_wherever_it_is_made()
    {
        (await RenderAsync(WithVotes("ALFA"))).Id.ShouldBe((await RenderAsync(WithVotes("ALFA"))).Id);
        (await RenderAsync(WithVotes("ALFA"), "en")).Id.ShouldNotBe((await RenderAsync(WithVotes("ALFA"))).Id);
    }

    [Fact]
    public async Task Texts_of_people_are_no_markup_in_the_parts()
    {
        var live = await RenderAsync(WithVotes("<img src=x onerror=alert(1)>"));
        live.Parts.ShouldAllBe(part => !part.Html.Contains("<img", StringComparison.Ordinal));
        live.Parts[4].Html.ShouldContain("&lt;img");
    }

    [Fact]
    public async Task What_was_never_voted_on_is_not_awaited_any_more_once_the_session_is_over()
    {
        var open = WithVotes();
        open = open with { Motions = [open.Motions[0] with { Ballots = [] }] };
        (await RenderAsync(open)).Parts[4].Html.ShouldContain("Todavía no se vota.");
        foreach (var state in new[] { "CLOSED", "CANCELLED" })
        {
            var over = (await RenderAsync(open with { State = state, Quorum = null })).Parts[4];
            over.Html.ShouldNotContain("Todavía");
            (over.Html.Contains("No se votó.", StringComparison.Ordinal), over.Says).ShouldBe((true, "No se votó la moción 1."));
            (await RenderAsync(open with { State = state, Motions = [] })).Parts[3].Html.ShouldContain("No se presentó ninguna moción.");
        }
    }

    [Fact]
    public async Task Whose_term_ended_while_they_are_there_is_marked()
    {
        var session = WithVotes();
        (await RenderAsync(session)).Parts[5].Html.ShouldNotContain("ya no cuenta");
        (await RenderAsync(session with { Attendance = [session.Attendance[0] with { Counts = false }] })).Parts[5].Html.ShouldContain("ya no cuenta para el quórum");
    }

    [Fact]
    public async Task A_session_that_is_over_says_so_and_links_its_minutes()
    {
        var live = await RenderAsync(WithVotes() with { State = "CLOSED", ClosedAt = DateTimeOffset.UnixEpoch, Quorum = null });
        live.Over.ShouldBeTrue();
        live.Parts[0].Html.ShouldContain($"/sesiones/{Session}/acta");
        live.Parts[1].Html.ShouldNotContain("h2");
    }

    private static SessionView WithVotes(params string[] organisations) => new(
        Session, 7, Guid.CreateVersion7(), "Secretariado", "ORDINARY", 3, "OPEN", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Remote: true, "Sala", Link: null, DateTimeOffset.UnixEpoch, 1,
        DateTimeOffset.UnixEpoch, ClosedAt: null, CancelReason: null, new QuorumView(1, 3, 3, 2, EachSector: true, [new("CIVIL_SOCIETY", 1, 1)], IsMet: true), [new(Guid.Empty, 1, "Hoja de ruta", "GENERAL", Notified: true)],
        [new(Guid.Empty, 1, "CIVIL_SOCIETY", "TITULAR", "ALFA", Remote: true, DateTimeOffset.UnixEpoch, LeftAt: null)],
        [new(Guid.Empty, Guid.Empty, 1, "Se aprueba.", "GENERAL", Subject: null, SupersedesId: null, DueOn: null,
            [new(Guid.Empty, 1, "SIMPLE_MAJORITY", "PRESENT", DateTimeOffset.UnixEpoch, ClosedAt: null, 3, Totals: null, Needed: null, Outcome: null,
                [.. organisations.Select((name, index) => new VoteView(Guid.Empty, index + 1, "CIVIL_SOCIETY", "TITULAR", name, "IN_FAVOUR", ConflictOfInterest: false, BySecretary: false, DateTimeOffset.UnixEpoch))])])]);

    private static async Task<LiveSession> RenderAsync(SessionView session, string language = "es-MX")
    {
        var before = CultureInfo.CurrentUICulture;
        await using var services = new ServiceCollection().AddLogging().AddSingleton(HtmlEncoder.Create(UnicodeRanges.All)).BuildServiceProvider();
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new CultureInfo(language);
        try
        {
            return await SessionParts.RenderAsync(new DefaultHttpContext { RequestServices = services }, session);
        }
        finally
        {
            CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = before;
        }
    }
}
