using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Minutes;
using OpenGov.Participants.Secretariats;
using OpenGov.UnitTests.Participants.Secretariats;

namespace OpenGov.UnitTests.Participants.Minutes;

public sealed class SessionMinutesTests
{
    private static readonly DateTimeOffset Now = Scene.Noon;

    private static readonly MinutesContent Happened = new(
        "Secretariado Técnico Local", SecretariatSessionKind.Ordinary, 3, Now.AddDays(-14), Now, Now.AddMinutes(30), Remote: true, "Sala de sesiones", Link: null, Call: 1, Now, ClosedAt: null, Opening: null,
        "Instituto", "Contraloría", [new(Guid.CreateVersion7(), 1, "Hoja de ruta", Matters.General, Notified: true)], [], [], [], []);

    private static readonly MinutesCorrection Correction = new(0, 1, "Donde dice «ruta», debe decir «hoja de ruta».", "Error de captura", MinutesOffice.ExecutiveSecretary, default);

    [Fact]
    public void A_correction_stands_beside_what_happened_in_another_version_and_the_former_stays()
    {
        var minutes = Written();
        var first = minutes.Last;
        minutes.Correct(Correction, Now.AddHours(1)).ShouldBeDone();
        minutes.Versions.Select(version => version.Number).ShouldBe([1, 2], ignoreOrder: true);
        (first.Hash, first.Read().Corrections.Count).ShouldBe((MinutesContent.HashOf(first.Content), 0));
        minutes.Last.Hash.ShouldNotBe(first.Hash);
        minutes.Last.Read().Corrections.ShouldHaveSingleItem().ShouldBe(Correction with { Number = 1, MadeAt = Now.AddHours(1) });
        (minutes.Last.Reason, minutes.Last.Office).ShouldBe(("Error de captura", MinutesOffice.ExecutiveSecretary));
        minutes.Correct(Correction with { AgendaItem = 2 }, Now).ShouldBeRefused("agenda_item_unknown");
        minutes.TakeFacts().OfType<MinutesWrittenV1>().Select(fact => (fact.VersionNumber, fact.IsCorrection)).ShouldBe([(1, false), (2, true)]);
    }

    [Fact]
    public void Written_again_they_keep_their_corrections_and_where_nothing_happened_there_is_no_other_version()
    {
        var minutes = Written();
        minutes.Correct(Correction, Now).ShouldBeDone();
        minutes.WriteAgain(Happened, Now).ShouldBeDone();
        minutes.Versions.Count.ShouldBe(2);
        minutes.WriteAgain(Happened with { ClosedAt = Now.AddHours(2) }, Now.AddHours(2)).ShouldBeDone();
        minutes.Last.Number.ShouldBe(3);
        minutes.Last.Correction.ShouldBeNull();
        minutes.Last.Read().Corrections.ShouldHaveSingleItem().Number.ShouldBe(1);
        minutes.Last.Read().ClosedAt.ShouldBe(Now.AddHours(2));
    }

    [Fact]
    public void INV_13_a_resolution_about_exactly_the_last_version_approves_them_and_nothing_changes_them_afterwards()
    {
        var scene = Scene.InSession();
        var minutes = Written(scene);
        var before = minutes.Last.Hash;
        minutes.Correct(Correction, Now).ShouldBeDone();
        minutes.Approve(Resolved(scene, minutes, before), Now).ShouldBeRefused("minutes_version_outdated");
        minutes.State.ShouldBe(MinutesState.Draft);

        Meet(scene);
        var resolution = Resolved(scene, minutes, minutes.Last.Hash);
        minutes.Approve(resolution, Now).ShouldBeDone();
        (minutes.State, minutes.ResolutionId).ShouldBe((MinutesState.Approved, resolution.Id));
        minutes.TakeFacts().OfType<MinutesApprovedV1>().ShouldHaveSingleItem().Hash.ShouldBe(minutes.Last.Hash);
        minutes.Correct(Correction, Now).ShouldBeRefused("minutes_approved");
        minutes.WriteAgain(Happened with { ClosedAt = Now }, Now).ShouldBeRefused("minutes_approved");
        minutes.Approve(resolution, Now).ShouldBeRefused("minutes_approved");
        minutes.Versions.Count.ShouldBe(2);
    }

    [Fact]
    public void What_is_put_to_the_vote_is_the_last_version_of_a_draft_of_the_same_secretariat()
    {
        var scene = Scene.InSession();
        var minutes = Written(scene);
        minutes.Votable(scene.Secretariat.Id, minutes.Last.Hash).ShouldBeDone();
        minutes.Votable(scene.Secretariat.Id, new string('a', 64)).ShouldBeRefused("minutes_version_outdated");
        minutes.Votable(scene.Secretariat.Id, null).ShouldBeRefused("minutes_version_outdated");
        minutes.Votable(Guid.CreateVersion7(), minutes.Last.Hash).ShouldBeRefused("minutes_unknown");
    }

    [Fact]
    public void Corrections_come_to_an_end()
    {
        var minutes = Written();
        for (var number = 2; number <= SessionMinutes.MostVersions; number++)
            minutes.Correct(Correction, Now).ShouldBeDone();
        minutes.Correct(Correction, Now).ShouldBeRefused("minutes_versions_used");
    }

    private static SessionMinutes Written(Scene? scene = null) => SessionMinutes.Write(scene?.Secretariat.Id ?? Guid.CreateVersion7(), Guid.CreateVersion7(), Happened, Now);

    private static void Meet(Scene scene)
    {
        scene.Convene().ShouldBeDone();
        foreach (var seat in scene.Secretariat.Seats)
            scene.CheckIn(seat.Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
    }

    private static Resolution Resolved(Scene scene, SessionMinutes minutes, string hash)
    {
        var motion = scene.Propose(new DecisionSubject(SessionMinutes.SubjectKind, minutes.Id, hash));
        scene.OpenBallot(motion).ShouldBeDone();
        for (var seat = 0; seat < 3; seat++)
            scene.Cast(motion, scene.Account(seat), Scene.Yes).ShouldBeDone();
        scene.Close(motion);
        return scene.Session.Close(0, scene.Composition, scene.Now).Value.ShouldHaveSingleItem();
    }
}
