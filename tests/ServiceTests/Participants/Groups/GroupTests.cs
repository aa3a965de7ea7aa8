using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Groups;

public sealed class GroupTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task A_working_group_is_created_and_ended_by_resolutions_about_exactly_it()
    {
        var stl = await Assembly.InstalledAsync(service);
        var proposal = new { kind = "WORKING", name = "Apertura municipal", mandate = "Estudia la apertura de los municipios.", members = stl.Members.Select((member, index) => new { organisationId = member.OrganisationId, coordinates = index == 0 }) };
        var proposed = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/groups", proposal), HttpStatusCode.Created);
        var id = proposed.GetProperty("id").GetGuid();
        var group = $"{Api}/working-groups/{id}";
        (await (await stl.Office.PostAsJsonAsync($"{group}/start", new { resolutionId = Guid.CreateVersion7() })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "resolution_not_about_group")).ShouldHaveSingleItem();
        var created = await ResolvedAsync(stl, id, proposed.GetProperty("hash").GetString()!);
        var started = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{group}/start", new { resolutionId = created }));
        (started.GetProperty("state").GetString(), started.GetProperty("startedBy").GetProperty("id").GetGuid()).ShouldBe(("ACTIVE", created));
        await (await stl.Office.PostAsJsonAsync($"{group}/members", new { organisationId = stl.Members[0].OrganisationId, coordinates = false })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "group_has_member");
        var member = started.GetProperty("members")[1].GetProperty("id").GetGuid();
        var left = await Assembly.DoneAsync(await stl.Office.PostAsync($"{group}/members/{member}/end", null));
        left.GetProperty("members").EnumerateArray().Count(one => one.GetProperty("leftOn").ValueKind != JsonValueKind.Null).ShouldBe(1);
        await (await stl.Office.PostAsJsonAsync($"{group}/end", new { reason = "Entregó su estudio.", resolutionId = created })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "group_needs_resolution");
        var ending = await ResolvedAsync(stl, id, proposed.GetProperty("hash").GetString()!);
        (await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{group}/end", new { reason = "Entregó su estudio.", resolutionId = ending }))).GetProperty("state").GetString().ShouldBe("ENDED");

        // Who cites one of them finds them however many others came since.
        var session = await stl.OpenSessionAsync();
        await stl.CarryAsync(session);
        await stl.ActAsync(session, "closing");
        (await AboutAsync("limit=1")).ShouldBe([ending]);
        (await AboutAsync("limit=50")).ShouldBe([ending, created]);
        async Task<IEnumerable<Guid>> AboutAsync(string page) => (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/resolutions?subjectId={id}&{page}"))).GetProperty("items")
            .EnumerateArray().Select(one => one.GetProperty("id").GetGuid());

        var shown = await Assembly.DoneAsync(await service.Anonymous().GetAsync(group));
        shown.GetProperty("endReason").GetString().ShouldBe("Entregó su estudio.");
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/groups"))).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await service.FactsAsync("WorkingGroupStartedV1", id)).ShouldBe(1);
        (await service.FactsAsync("GroupMemberChangedV1", id)).ShouldBe(1);
        (await service.FactsAsync("WorkingGroupEndedV1", id)).ShouldBe(1);
        foreach (var forged in new[] { "update working_group set mandate = 'Otro'", "update working_group set state = 'ACTIVE', ended_on = null, ended_by = null, end_reason = null", "delete from working_group", "delete from working_group_member" })
            await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"{forged} where {(forged.EndsWith("member", StringComparison.Ordinal) ? "group_id" : "id")} = '{id}'"), forged);
    }

    [Fact]
    public async Task A_promoter_group_looks_for_members_until_the_installation_and_there_is_one()
    {
        var office = await service.ConfiguredAsync();
        await service.ExecuteAsync("""
            insert into awareness_activity (id, version, topic, held_on, place, state, civil_society, public_bodies, guarantors, citizens, recorded_at)
            select gen_random_uuid(), 1, 'Gobierno abierto', '2026-01-10', 'Auditorio', 'HELD', 10, 10, 10, 10, now() where not exists (select from awareness_activity)
            """);
        var id = (await Assembly.DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado promovido" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        List<Member> members = [];
        foreach (var (sector, kind) in new[] { ("CIVIL_SOCIETY", "CIVIL_SOCIETY_ORGANIZATION"), ("PUBLIC_BODY", "EXECUTIVE"), ("GUARANTOR", "GUARANTOR") })
            members.Add(await Assembly.SeatAsync(service, office, id, sector, kind, $"Promueve {sector}"));
        object Promoter(int count) => new { kind = "PROMOTER", name = "Grupo promotor", mandate = "Invita a integrar el Secretariado.", members = members.Take(count).Select(member => new { organisationId = member.OrganisationId, coordinates = false }) };
        await (await office.PostAsJsonAsync($"{Api}/secretariats/{id}/groups", Promoter(2))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "group_lacks_sector");
        var group = await Assembly.DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats/{id}/groups", Promoter(3)), HttpStatusCode.Created);
        group.GetProperty("state").GetString().ShouldBe("ACTIVE");
        await (await office.PostAsJsonAsync($"{Api}/secretariats/{id}/groups", Promoter(3))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "promoter_group_exists");
        await Assembly.PostAsync(office, id, "offices", new { office = "CHAIR", organisationId = members[0].OrganisationId });
        await Assembly.PostAsync(office, id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = members[1].OrganisationId });
        await Assembly.PostAsync(office, id, "offices", new { office = "FACILITATOR", accountId = (await Assembly.AccountAsync(service)).Account });
        await Assembly.PostAsync(office, id, "declaration", new { signedOn = "2026-01-15", signedBy = new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" }, document = "Declaración conjunta" });
        await Assembly.PostAsync(office, id, "mechanisms", new { integration = "Integración", functions = "Funciones", operation = "Operación", decisions = "Decisiones", parameters = new { } });
        await Assembly.PostAsync(office, id, "installation", new { place = "Toluca" });
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/working-groups/{group.GetProperty("id").GetGuid()}"))).GetProperty("state").GetString().ShouldBe("ENDED");
        (await service.FactsAsync("WorkingGroupEndedV1", group.GetProperty("id").GetGuid())).ShouldBe(1);
    }

    /// <summary>A session that resolves about the group.</summary>
    private static async Task<Guid> ResolvedAsync(Assembly stl, Guid group, string hash)
    {
        var session = await stl.OpenSessionAsync();
        var item = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        var motion = await stl.ProposeAsync(session, new { agendaItemId = item, text = "Se resuelve sobre el grupo.", subjectKind = "WORKING_GROUP", subjectId = group, subjectHash = hash });
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var member in stl.Members)
            (await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR")).IsSuccessStatusCode.ShouldBeTrue();
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "closing");
        var resolutions = await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}/resolutions"));
        return resolutions.GetProperty("items")[0].GetProperty("id").GetGuid();
    }
}
