using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>A secretariat that suspends itself by resolution (SPEC §2.2, SX), over HTTP and in the database.</summary>
public sealed class SuspensionTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Suspension = "SECRETARIAT_SUSPENSION";
    private const string Return = "SECRETARIAT_RETURN";

    [Fact]
    public async Task SX_a_resolution_suspends_it_with_its_reason_for_everybody_to_see_and_another_brings_it_back()
    {
        var stl = await Assembly.InstalledAsync(service);
        var waiting = await stl.ConveneAsync();
        var session = await stl.OpenSessionAsync(matter: Suspension);
        await RefusedAsync(await MotionAsync(stl, session, null, null, null), HttpStatusCode.UnprocessableEntity, "suspension_names_secretariat");
        await RefusedAsync(await MotionAsync(stl, session, Suspension, stl.Id, new string('a', 64)), HttpStatusCode.UnprocessableEntity, "secretariat_stands_otherwise");
        await RefusedAsync(await MotionAsync(stl, session, Return, stl.Id, await StandingAsync(stl)), HttpStatusCode.UnprocessableEntity, "suspension_needs_its_matter");
        var proposed = (await stl.ActAsync(session, "motions", await MotionAsync(stl, session, Suspension, stl.Id, await StandingAsync(stl)))).GetProperty("motions")[0];
        // Before its vote opens everybody knows by which rule.
        var ahead = proposed.GetProperty("ahead");
        (ahead.GetProperty("rule").GetString(), ahead.GetProperty("base").GetInt32(), ahead.GetProperty("needed").GetInt32()).ShouldBe(("TWO_THIRDS", 3, 2));
        await stl.DecideAsync(session, proposed.GetProperty("id").GetGuid(), "IN_FAVOUR");
        (await SeenAsync(stl)).GetProperty("state").GetString().ShouldBe("INSTALLED");
        await stl.ActAsync(session, "closing");

        var seen = await SeenAsync(stl);
        seen.GetProperty("state").GetString().ShouldBe("SUSPENDED");
        var told = seen.GetProperty("suspensions").EnumerateArray().ShouldHaveSingleItem();
        (told.GetProperty("cause").GetString(), told.GetProperty("reason").GetString(), told.GetProperty("resolution").GetProperty("number").GetInt32()).ShouldBe(("RESOLUTION", "Se decide.", 1));
        told.GetProperty("suspendedOn").GetString().ShouldBe(seen.GetProperty("on").GetString());
        (await service.FactsAsync("SecretariatSuspendedV1", stl.Id)).ShouldBe(1);
        await (await stl.Office.PostAsync($"{Assembly.Sessions(waiting)}/opening", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended_by_resolution");
        await (await ConveneAsync(stl, "ORDINARY", Return)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended_by_resolution");
        await (await ConveneAsync(stl, "EXTRAORDINARY", "GENERAL")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended_by_resolution");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/groups", new { kind = "WORKING", name = "Grupo", mandate = "Estudia.", members = new[] { new { organisationId = stl.Members[0].OrganisationId, coordinates = true } } }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended_by_resolution");

        session = await stl.OpenSessionAsync("EXTRAORDINARY", matter: Return);
        await stl.CarryAsync(session, await MotionAsync(stl, session, Return, stl.Id, await StandingAsync(stl)));
        await stl.ActAsync(session, "closing");
        seen = await SeenAsync(stl);
        (seen.GetProperty("state").GetString(), seen.GetProperty("suspendedOn").ValueKind).ShouldBe(("INSTALLED", JsonValueKind.Null));
        seen.GetProperty("suspensions")[0].GetProperty("returnResolution").GetProperty("number").GetInt32().ShouldBe(2);
        (await service.FactsAsync("SecretariatReturnedV1", stl.Id)).ShouldBe(1);
        await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(waiting)}/cancellation", JsonContent.Create(new { reason = "Se convoca de nuevo." })));
        (await service.CountAsync($"select count(*) from audit_log where subject_id = '{stl.Id}' and action in ('secretariat_suspended', 'secretariat_returned')")).ShouldBe(2);

        async Task RefusedAsync(object motion, HttpStatusCode status, string code) =>
            await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions", motion)).ShouldBeRefusedAsync(status, code);
    }

    [Fact]
    public async Task SX_the_database_suspends_and_returns_only_for_a_cause_and_takes_only_votes_about_the_return()
    {
        var stl = await Assembly.InstalledAsync(service);
        await ThrowsAsync($"update secretariat set state = 'SUSPENDED', suspended_on = current_date where id = '{stl.Id}'", "INV-08");
        await ThrowsAsync($"insert into secretariat_suspension (id, secretariat_id, cause, suspended_on, missing_sectors) values (gen_random_uuid(), '{stl.Id}', 'COMPOSITION', current_date, array['GUARANTOR'])", "INV-08");
        var general = await stl.OpenSessionAsync();
        await stl.CarryAsync(general);
        await stl.ActAsync(general, "closing");
        var forged = $"update secretariat set state = 'SUSPENDED', suspended_on = current_date where id = '{stl.Id}'; " +
            $"insert into secretariat_suspension (id, secretariat_id, cause, suspended_on, missing_sectors, resolution_id) select gen_random_uuid(), '{stl.Id}', 'RESOLUTION', current_date, '{{}}', id from resolution where session_id = '{general}'";
        await ThrowsAsync(forged, "rest on the resolutions about them");

        var waiting = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(waiting);
        await stl.ActAsync(waiting, $"motions/{motion}/ballots");
        var session = await stl.OpenSessionAsync(matter: Suspension);
        await stl.CarryAsync(session, await MotionAsync(stl, session, Suspension, stl.Id, await StandingAsync(stl)));
        await stl.ActAsync(session, "closing");
        await (await Assembly.VoteAsync(stl.Members[0].Client, waiting, motion, "IN_FAVOUR")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended_by_resolution");
        await ThrowsAsync(
            $"insert into seat_vote select gen_random_uuid(), id, '{stl.Members[0].SeatId}', '{stl.Members[0].HoldingId}', 'TITULAR', 'IN_FAVOUR', false, '{stl.Members[0].AccountId}', false, '{service.Clock.GetUtcNow():O}'::timestamptz from ballot where motion_id = '{motion}'", "INV-08");
        await ThrowsAsync($"update secretariat set state = 'INSTALLED', suspended_on = null where id = '{stl.Id}'", "INV-08");
        await ThrowsAsync($"update secretariat_suspension set returned_on = suspended_on where secretariat_id = '{stl.Id}'", "secretariat_suspension_check");
        await ThrowsAsync($"update secretariat_suspension set suspended_on = suspended_on - 1 where secretariat_id = '{stl.Id}'", "keeps its history");
        await ThrowsAsync($"delete from secretariat_suspension where secretariat_id = '{stl.Id}'", "keeps its history");
        // INV-08: beside it a sector that has nobody is a cause of its own.
        await ThrowsAsync($"update seat_holding set ended_on = valid_from + 1, end_cause = 'OTHER', end_reason = 'Forjada' where id = '{stl.Members[0].HoldingId}'", "INV-08");
    }

    private static Task<HttpResponseMessage> ConveneAsync(Assembly stl, string kind, string matter) => stl.Office.PostAsJsonAsync(
        $"{Api}/secretariats/{stl.Id}/sessions", new { kind, startsAt = stl.Service.Clock.GetUtcNow().AddDays(30), place = "Sala", agenda = new[] { new { title = "Punto", matter } } });

    private async Task<JsonElement> SeenAsync(Assembly stl) => await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}"));

    private async Task<string> StandingAsync(Assembly stl) => (await SeenAsync(stl)).GetProperty("standing").GetString()!;

    private static async Task<object> MotionAsync(Assembly stl, Guid session, string? kind, Guid? subject, string? hash) => new
    {
        agendaItemId = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid(),
        text = "Se decide.",
        subjectKind = kind,
        subjectId = subject,
        subjectHash = hash,
    };

    private async Task ThrowsAsync(string sql, string why)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql), sql);
        $"{refused.MessageText} {refused.ConstraintName}".ShouldContain(why, customMessage: sql);
    }
}
