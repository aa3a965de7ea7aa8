using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Awareness;
using OpenGov.Participants.Declarations;

namespace OpenGov.UnitTests.Participants;

public sealed class DeclarationTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Account = Guid.CreateVersion7();
    private static readonly Guid[] Organisations = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
    private static readonly Dictionary<Guid, Sector> Sectors = new()
    {
        [Organisations[0]] = Sector.Guarantor,
        [Organisations[1]] = Sector.PublicBody,
        [Organisations[2]] = Sector.CivilSociety,
        [Organisations[3]] = Sector.CivilSociety,
    };

    [Fact]
    public void INV_03_signing_begins_only_with_the_three_sectors_and_ends_only_with_all_of_them()
    {
        JointDeclaration.Draft(Request(0, 1), Sectors).Value.Open(Now).Refusals.Single().Code.ShouldBe("declaration_sectors_missing");
        var declaration = Opened(0, 1, 2);
        var ids = declaration.Signatories.Select(one => one.Id).ToList();
        declaration.Sign(ids[0], declaration.TextSha256, Account, Today.AddDays(-3), null, Today, Now).IsRefused.ShouldBeFalse();
        declaration.Sign(ids[1], null, Account, Today.AddDays(-1), Guid.CreateVersion7(), Today, Now).IsRefused.ShouldBeFalse();
        declaration.State.ShouldBe(DeclarationState.Signing);
        declaration.Sign(ids[2], declaration.TextSha256, Account, Today.AddDays(-2), null, Today, Now).IsRefused.ShouldBeFalse();
        (declaration.State, declaration.SignedOn).ShouldBe((DeclarationState.Complete, Today.AddDays(-1)), "dated with its last signature");
        declaration.Signatories.Select(one => one.Method).ShouldBe([SignatureMethod.Account, SignatureMethod.Paper, SignatureMethod.Account]);
    }

    [Fact]
    public void Who_signs_says_which_text_they_read_and_signs_once_and_not_ahead()
    {
        var declaration = Opened(0, 1, 2);
        var id = declaration.Signatories[0].Id;
        declaration.Sign(id, JointDeclaration.HashOf("Otro", "texto"), Account, Today, null, Today, Now).Refusals.Single().Code.ShouldBe("declaration_text_changed");
        declaration.Sign(id, declaration.TextSha256, Account, Today.AddDays(1), null, Today, Now).Refusals.Single().Code.ShouldBe("moment_in_future");
        declaration.Sign(id, declaration.TextSha256, Account, Today, null, Today, Now).IsRefused.ShouldBeFalse();
        declaration.Sign(id, declaration.TextSha256, Account, Today, null, Today, Now).Refusals.Single().Code.ShouldBe("declaration_not_in_state");
        declaration.Rewrite(Request(0, 1, 2), Sectors).Refusals.Single().Code.ShouldBe("declaration_not_in_state");
        declaration.Strike(id, Now).Refusals.Single().Code.ShouldBe("declaration_not_in_state");
    }

    [Fact]
    public void Somebody_who_will_not_sign_is_struck_but_never_the_last_of_a_sector()
    {
        var declaration = Opened(0, 1, 2, 3);
        foreach (var one in declaration.Signatories.Take(3).ToList())
            declaration.Sign(one.Id, declaration.TextSha256, Account, Today, null, Today, Now).IsRefused.ShouldBeFalse();
        declaration.State.ShouldBe(DeclarationState.Signing);
        declaration.Strike(declaration.Signatories[3].Id, Now).IsRefused.ShouldBeFalse();
        declaration.State.ShouldBe(DeclarationState.Complete);

        var three = Opened(0, 1, 2);
        three.Strike(three.Signatories[2].Id, Now).Refusals.Single().Code.ShouldBe("declaration_sectors_missing");
    }

    [Fact]
    public void INV_03_a_successor_of_another_sector_signs_for_its_own_and_only_where_the_three_sectors_stay()
    {
        var successor = Guid.CreateVersion7();
        var three = Opened(0, 1, 2);
        three.Succeed(Organisations[1], successor, Sector.Guarantor, Now).ShouldBeNull();
        three.Signatories.Select(one => one.OrganisationId).ShouldNotContain(successor, "no public body would be left");
        three.Succeed(Organisations[1], successor, Sector.PublicBody, Now).ShouldBeNull();
        (three.Signatories[1].OrganisationId, three.Signatories[1].InPlaceOf, three.Signatories[1].Sector).ShouldBe((successor, Organisations[1], Sector.PublicBody));

        var four = Opened(0, 1, 2, 3);
        four.Succeed(Organisations[3], successor, Sector.PublicBody, Now).ShouldBeNull();
        (four.Signatories[3].OrganisationId, four.Signatories[3].Sector).ShouldBe((successor, Sector.PublicBody));
        four.HandBack(Organisations[3], successor, Sector.CivilSociety).ShouldBeTrue();
        (four.Signatories[3].OrganisationId, four.Signatories[3].InPlaceOf, four.Signatories[3].Sector).ShouldBe((Organisations[3], null, Sector.CivilSociety));
    }

    [Fact]
    public void A_draft_names_organisations_that_exist_each_once_with_a_post()
    {
        JointDeclaration.Draft(Request(0, 0), Sectors).Refusals.Single().Code.ShouldBe("signatory_repeated");
        JointDeclaration.Draft(Request(0) with { Signatories = [new SignatoryRequest(Guid.CreateVersion7(), "Titular")] }, Sectors).Refusals.Single().Code.ShouldBe("organisation_unknown");
        JointDeclaration.Draft(Request(0) with { Signatories = [new SignatoryRequest(Organisations[0], "")] }, Sectors).Refusals.Single().Code.ShouldBe("field_required");
    }

    [Fact]
    public void Attendance_is_recorded_from_its_day_on_and_small_counts_are_not_shown()
    {
        var activity = AwarenessActivity.Plan(new AwarenessRequest("Gobierno abierto", null, Today.AddDays(1), "Toluca", null)).Value;
        var counts = new AttendanceRequest(12, 3, 0, 40, null);
        activity.Record(counts, Today, Now).Refusals.Single().Code.ShouldBe("awareness_not_in_state");
        activity.Record(counts, Today.AddDays(1), Now).IsRefused.ShouldBeFalse();
        activity.Shown(5).ShouldBe(new Attendance(null, null, 0, 40), "the next smallest hides the one below five");
        activity.Shown(1).ShouldBe(new Attendance(12, 3, 0, 40));
        activity.Record(counts, Today.AddDays(2), Now).Refusals.Single().Field.ShouldBe("reason", "putting it right says why");
        activity.Cancel("Llovió mucho").Refusals.Single().Code.ShouldBe("awareness_not_in_state");
    }

    [Fact]
    public void An_activity_has_a_place_or_a_link_and_somebody_came()
    {
        AwarenessActivity.Plan(new AwarenessRequest("Gobierno abierto", null, Today, null, null)).Refusals.Single().Code.ShouldBe("awareness_without_place");
        AwarenessActivity.Plan(new AwarenessRequest("Gobierno abierto", null, Today, null, "javascript:alert(1)")).Refusals.Single().Code.ShouldBe("link_invalid");
        var activity = AwarenessActivity.Plan(new AwarenessRequest("Gobierno abierto", null, Today, null, "https://ejemplo.mx/sala")).Value;
        activity.Record(new AttendanceRequest(0, 0, 0, 0, null), Today, Now).Refusals.Single().Code.ShouldBe("awareness_nobody_came");
        activity.Record(new AttendanceRequest(-1, 0, 0, null, null), Today, Now).Refusals.Select(refusal => refusal.Field).ShouldBe(["civilSociety", "citizens"], ignoreOrder: true);
    }

    private static DeclarationRequest Request(params int[] signatories) => new(
        "Declaración conjunta", "Quienes firmamos nos comprometemos a implementar acciones de gobierno abierto en el estado.", "Toluca",
        [.. signatories.Select(index => new SignatoryRequest(Organisations[index], "Titular"))], null);

    private static JointDeclaration Opened(params int[] signatories)
    {
        var declaration = JointDeclaration.Draft(Request(signatories), Sectors).Value;
        declaration.Open(Now).IsRefused.ShouldBeFalse();
        return declaration;
    }
}
