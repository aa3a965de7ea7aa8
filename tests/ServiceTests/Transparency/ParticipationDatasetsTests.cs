using System.Text.Json;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.ServiceTests.Transparency;

public sealed class ParticipationDatasetsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Moment = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);
    private static readonly Guid Organisation = Guid.CreateVersion7();
    private readonly TransparencyHost service = new();

    public async Task InitializeAsync() => await service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_call_its_amendments_and_its_results_are_one_row_with_people_as_counts()
    {
        var call = Guid.CreateVersion7();
        await service.TellOfParticipantsAsync(
            new OrganisationRegisteredV1(Organisation, 1, new OrganisationDetails("Observatorio | Vecinal", null, OrganisationKind.CivilSocietyOrganization, Sector.CivilSociety, null)),
            Published(call),
            new OpenCallAmendedV1(call, 2, 1, AmendmentKind.Extension, "Hubo días inhábiles", "Registro ampliado", new(2026, 3, 3), new(2026, 4, 10), null, Moment.AddDays(5)));
        var open = await service.RowAsync("open_calls");
        (open.GetProperty("title_es").GetString(), open.GetProperty("closes_on").GetString(), open.GetProperty("amendments").GetInt32()).ShouldBe(("Registro ampliado", "2026-04-10", 1));
        open.GetProperty("people_accepted").ValueKind.ShouldBe(JsonValueKind.Null);

        await service.TellOfParticipantsAsync(new OpenCallResolvedV1(call, 3, [Organisation], 2, 1, 12, null, 0, Moment.AddDays(50)));
        var resolved = await service.RowAsync("open_calls");
        resolved.GetProperty("accepted_organisations_es").EnumerateArray().Select(name => name.GetString()).ShouldBe(["Observatorio / Vecinal"]);
        (resolved.GetProperty("people_accepted").GetInt32(), resolved.GetProperty("people_refused").ValueKind).ShouldBe((12, JsonValueKind.Null));
    }

    [Fact]
    public async Task A_declaration_names_institutions_and_posts()
    {
        await service.TellOfParticipantsAsync(new JointDeclarationSignedV1(Guid.CreateVersion7(), 5, "Declaración conjunta", new(2026, 3, 1), new string('a', 64),
            [new DeclarationSignatory(Organisation, "Observatorio Vecinal", Sector.CivilSociety, "Representante legal", new(2026, 2, 28))]));
        var row = await service.RowAsync("declarations");
        (row.GetProperty("signed_on").GetString(), row.GetProperty("signatories_es")[0].GetString(), row.GetProperty("signatory_sectors")[0].GetString(), row.GetProperty("signatory_signed_on")[0].GetString())
            .ShouldBe(("2026-03-01", "Observatorio Vecinal", "CIVIL_SOCIETY", "2026-02-28"));
    }

    [Fact]
    public async Task Attendance_that_is_put_right_replaces_the_row_and_a_rebuild_gives_the_same()
    {
        var activity = Guid.CreateVersion7();
        await service.TellOfParticipantsAsync(
            new AwarenessActivityHeldV1(activity, 2, "Gobierno abierto", new(2026, 3, 1), "Toluca", null, new Attendance(12, null, 0, null), Moment),
            new AwarenessActivityHeldV1(activity, 3, "Gobierno abierto", new(2026, 3, 1), "Toluca", null, new Attendance(14, null, 0, null), Moment.AddHours(1)));
        var row = await service.RowAsync("participation_events");
        (row.GetProperty("civil_society").GetInt32(), row.GetProperty("public_bodies").ValueKind, row.GetProperty("guarantors").GetInt32()).ShouldBe((14, JsonValueKind.Null, 0));
        (await service.CsvAsync("participation_events"))[1].ShouldContain(",14,,0,,");
    }

    private static OpenCallPublishedV1 Published(Guid call) =>
        new(call, 1, 1, CallKind.RegisterParticipants, "Registro de participantes", new(2026, 3, 3), new(2026, 4, 3), null, [Sector.CivilSociety], true, Moment);
}
