using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

public sealed class MechanismTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task A_change_is_proposed_seen_by_everybody_decided_and_enacted_by_the_resolution_about_exactly_it()
    {
        var stl = await Assembly.InstalledAsync(service);
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/mechanisms", Text("Otra", new { }))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "mechanism_needs_resolution");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/mechanism-proposals", Text("Operación", new { noticeOrdinaryDays = 0, noticeExtraHours = 0 })))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "mechanism_changes_nothing");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/mechanism-proposals", Text("Otra", new { ordinaryFrequencyMonths = 25 })))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "number_out_of_range");
        var asked = Text("Sesiona\r\ncada mes.", new { noticeOrdinaryDays = 0, noticeExtraHours = 24, quorumFraction = new { numerator = 2, denominator = 3, moreThan = false }, decisionRules = new Dictionary<string, string> { ["PRESUPUESTO"] = "THREE_FIFTHS" } });
        var proposed = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/mechanism-proposals", asked), HttpStatusCode.Created);
        var (id, hash) = (proposed.GetProperty("id").GetGuid(), proposed.GetProperty("hash").GetString()!);
        var everybody = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/mechanism-proposals/{id}"));
        everybody.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("field").GetString()).ShouldBe(
            ["operation", "parameters.quorumFraction.numerator", "parameters.quorumFraction.denominator", "parameters.quorumFraction.moreThan", "parameters.noticeExtraHours", "parameters.decisionRules.PRESUPUESTO"], ignoreOrder: true);
        (everybody.GetProperty("operation").GetString(), everybody.GetProperty("compared").GetInt32()).ShouldBe(("Sesiona\ncada mes.", 1));

        // On a general point it is decided by a simple majority, and that brings nothing into force.
        var general = await ResolvedAsync(stl, id, hash, "GENERAL");
        await RefusedAsync(general, "mechanism_needs_resolution");
        var other = await ResolvedAsync(stl, id, new string('a', 64), "GOVERNANCE_CHANGE");
        await RefusedAsync(other, "mechanism_is_not_what_was_approved");
        var resolution = await ResolvedAsync(stl, id, hash, "GOVERNANCE_CHANGE");
        var enacted = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/mechanism-proposals/{id}/enactment", new { resolutionId = resolution }));
        (enacted.GetProperty("state").GetString(), enacted.GetProperty("became").GetInt32(), enacted.GetProperty("changes").GetArrayLength()).ShouldBe(("ENACTED", 2, 6));
        await (await stl.Office.PostAsJsonAsync($"{Api}/mechanism-proposals/{id}/enactment", new { resolutionId = resolution })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "mechanism_not_proposed");

        var history = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/mechanisms"));
        history.GetProperty("inForce").GetProperty("hash").GetString().ShouldBe(hash);
        var versions = history.GetProperty("versions").EnumerateArray().ToList();
        versions.Select(one => one.GetProperty("number").GetInt32()).ShouldBe([2, 1]);
        versions[0].GetProperty("resolution").GetProperty("id").GetGuid().ShouldBe(resolution);
        versions[1].GetProperty("approvedByInstallation").GetBoolean().ShouldBeTrue();
        // What the mechanism sets, and what the profile says where it sets nothing.
        history.GetProperty("rules").GetProperty("decisionRules").GetProperty("PRESUPUESTO").GetString().ShouldBe("THREE_FIFTHS");
        history.GetProperty("rules").GetProperty("decisionRules").GetProperty("PLAN_APPROVAL").GetString().ShouldBe("TWO_THIRDS");
        (history.GetProperty("rules").GetProperty("noticeExtraHours").GetInt32(), history.GetProperty("rules").GetProperty("seatTermMonths").GetInt32()).ShouldBe((24, 24));
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/mechanisms/1"))).GetProperty("operation").GetString().ShouldBe("Operación");
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/mechanism-proposals"))).GetProperty("items").GetArrayLength().ShouldBe(1);
        await (await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/mechanisms/3")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.FactsAsync("GovernanceMechanismEnactedV1", stl.Id)).ShouldBe(1);
        foreach (var forged in new[]
        {
            $"update mechanism_proposal set operation = 'Otra' where id = '{id}'", $"delete from mechanism_proposal where id = '{id}'",
            $"insert into governance_mechanism select gen_random_uuid(), secretariat_id, 3, integration, functions, 'Forjada', decisions, parameters, repeat('b', 64), resolution_id, written_on from governance_mechanism where secretariat_id = '{stl.Id}' and number = 2",
            $"insert into governance_mechanism select gen_random_uuid(), secretariat_id, 3, integration, functions, operation, decisions, parameters, hash, null, written_on from governance_mechanism where secretariat_id = '{stl.Id}' and number = 2",
        })
            await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(forged), forged);

        async Task RefusedAsync(Guid by, string code) =>
            await (await stl.Office.PostAsJsonAsync($"{Api}/mechanism-proposals/{id}/enactment", new { resolutionId = by })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_proposal_is_taken_back_and_stays_on_record()
    {
        var stl = await Assembly.InstalledAsync(service);
        var id = (await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/mechanism-proposals", Text("Otra", new { })), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        (await Assembly.DoneAsync(await stl.Office.PostAsync($"{Api}/mechanism-proposals/{id}/withdrawal", null))).GetProperty("state").GetString().ShouldBe("WITHDRAWN");
        await (await stl.Office.PostAsync($"{Api}/mechanism-proposals/{id}/withdrawal", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "mechanism_not_proposed");
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/mechanism-proposals/{id}"))).GetProperty("changes").GetArrayLength().ShouldBeGreaterThan(0);
    }

    private static object Text(string operation, object parameters) => new { integration = "Integración", functions = "Funciones", operation, decisions = "Decisiones", parameters };

    private static async Task<Guid> ResolvedAsync(Assembly stl, Guid proposal, string hash, string matter)
    {
        var session = await stl.OpenSessionAsync(matter: matter);
        var item = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        var motion = await stl.ProposeAsync(session, new { agendaItemId = item, text = "Se aprueba el cambio.", subjectKind = "GOVERNANCE_MECHANISM", subjectId = proposal, subjectHash = hash });
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var member in stl.Members)
            await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR"));
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "closing");
        return (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}/resolutions"))).GetProperty("items")[0].GetProperty("id").GetGuid();
    }
}
