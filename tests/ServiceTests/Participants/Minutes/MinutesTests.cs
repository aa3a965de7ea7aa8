using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Assembly = OpenGov.ServiceTests.Participants.Secretariats.Assembly;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Minutes;

public sealed class MinutesTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task A_closed_session_has_minutes_that_are_corrected_approved_by_a_later_one_and_then_never_changed()
    {
        var stl = await Assembly.InstalledAsync(service);
        var first = await HeldAsync(stl);
        var written = await MinutesAsync(first);
        written.GetProperty("state").GetString().ShouldBe("DRAFT");
        var content = written.GetProperty("content");
        content.GetProperty("closedAt").ValueKind.ShouldBe(JsonValueKind.String);
        content.GetProperty("opening").GetProperty("present").GetInt32().ShouldBe(3);
        content.GetProperty("chair").GetString()!.ShouldStartWith("Presidencia");
        content.GetProperty("attendance").GetArrayLength().ShouldBe(3);
        content.GetProperty("motions")[0].GetProperty("ballots")[0].GetProperty("votes").GetArrayLength().ShouldBe(3);

        var correction = new { agendaItem = 1, text = "Donde dice «ruta», debe decir «hoja de ruta».", reason = "Error de captura" };
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(first)}/minutes/corrections", correction)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionRequired, "precondition_required");
        await (await CorrectAsync(stl, first, "\"99\"", correction)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        await (await CorrectAsync(stl, first, "\"1\"", new { text = "Sin motivo" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        var corrected = await Assembly.DoneAsync(await CorrectAsync(stl, first, "\"1\"", correction));
        corrected.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("hash").GetString()).Distinct().Count().ShouldBe(2);
        corrected.GetProperty("versions")[1].GetProperty("office").GetString().ShouldBe("ADMINISTRATOR");
        foreach (var version in corrected.GetProperty("versions").EnumerateArray())
        {
            using var document = await service.Anonymous().GetAsync(version.GetProperty("url").GetString());
            Convert.ToHexStringLower(SHA256.HashData(await document.Content.ReadAsByteArrayAsync())).ShouldBe(version.GetProperty("hash").GetString());
        }

        var (id, hash) = (corrected.GetProperty("id").GetGuid(), corrected.GetProperty("versions")[1].GetProperty("hash").GetString()!);
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/minutes?state=DRAFT"))).GetProperty("items").EnumerateArray()
            .ShouldHaveSingleItem().GetProperty("hash").GetString().ShouldBe(hash);
        var second = await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL");
        await RefusedAsync(second, id, written.GetProperty("versions")[0].GetProperty("hash").GetString()!, HttpStatusCode.UnprocessableEntity, "minutes_version_outdated");
        await RefusedAsync(second, Guid.CreateVersion7(), hash, HttpStatusCode.UnprocessableEntity, "minutes_unknown");
        await DecideAsync(stl, second, await stl.ProposeAsync(second, await MotionAsync(stl, second, id, hash)));
        // Carried, but the session still goes on and may reopen it.
        await (await CorrectAsync(stl, first, "\"2\"", correction)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_being_voted");
        await stl.ActAsync(second, "closing");

        var approved = await MinutesAsync(first);
        approved.GetProperty("state").GetString().ShouldBe("APPROVED");
        var resolution = (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/resolutions"))).GetProperty("items")[0];
        approved.GetProperty("resolutionId").GetGuid().ShouldBe(resolution.GetProperty("id").GetGuid());
        approved.GetProperty("resolutionNumber").GetInt32().ShouldBe(resolution.GetProperty("number").GetInt32());
        await (await CorrectAsync(stl, first, "\"3\"", correction)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_approved");
        (await service.FactsAsync("MinutesWrittenV1", id)).ShouldBe(2);
        (await service.FactsAsync("MinutesApprovedV1", id)).ShouldBe(1);
        (await MinutesAsync(second)).GetProperty("state").GetString().ShouldBe("DRAFT");
        await DatabaseRefusesAsync($"update session_minutes set state = 'DRAFT', resolution_id = null, approved_at = null where id = '{id}'", "never changed");
        await DatabaseRefusesAsync($"insert into minutes_version (id, minutes_id, number, content, hash, written_at) select gen_random_uuid(), minutes_id, 3, content, hash, now() from minutes_version where minutes_id = '{id}' and number = 2", "never changed");
        await DatabaseRefusesAsync($"update minutes_version set content = 'otra' where minutes_id = '{id}'", "keeps its history");

        async Task RefusedAsync(Guid session, Guid subject, string of, HttpStatusCode status, string code) =>
            await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions", await MotionAsync(stl, session, subject, of))).ShouldBeRefusedAsync(status, code);
    }

    [Fact]
    public async Task INV_13_minutes_corrected_after_the_motion_was_put_are_not_voted_on_in_their_former_version()
    {
        var stl = await Assembly.InstalledAsync(service);
        var first = await HeldAsync(stl);
        var (id, hash) = Of(await MinutesAsync(first));
        var general = await stl.OpenSessionAsync();
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(general)}/motions", await MotionAsync(stl, general, id, hash))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "minutes_need_their_matter");
        var second = await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL");
        var motion = await stl.ProposeAsync(second, await MotionAsync(stl, second, id, hash));
        await Assembly.DoneAsync(await CorrectAsync(stl, first, "\"1\"", new { text = "Asistió también el municipio.", reason = "Omisión" }));
        await (await stl.Office.PostAsync($"{Assembly.Sessions(second)}/motions/{motion}/ballots", null)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "minutes_version_outdated");
        // Nor does the database approve what the resolution does not name.
        await DatabaseRefusesAsync(
            $"update session_minutes set state = 'APPROVED', approved_at = now(), resolution_id = (select id from resolution where session_id = '{first}') where id = '{id}'", "INV-13");
    }

    [Fact]
    public async Task Minutes_of_what_happened_so_far_are_approved_in_the_same_session_and_stay_as_they_were_approved()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL");
        var draft = await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null));
        draft.GetProperty("content").GetProperty("closedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        var (id, hash) = Of(draft);
        await DecideAsync(stl, session, await stl.ProposeAsync(session, await MotionAsync(stl, session, id, hash)));
        await (await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_being_voted");
        var more = new { agendaItemId = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid(), text = "Se aprueba algo más." };
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions", more)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "own_minutes_approved");
        await stl.ActAsync(session, "closing");
        var minutes = await MinutesAsync(session);
        minutes.GetProperty("state").GetString().ShouldBe("APPROVED");
        Of(minutes).ShouldBe((id, hash));
        // What happened after the version stands beside it: the vote on it, and the close.
        var closing = minutes.GetProperty("closing");
        closing.GetProperty("closedAt").GetString().ShouldBe((await stl.ReadAsync(session)).GetProperty("closedAt").GetString());
        closing.GetProperty("approval").GetProperty("ballots")[0].GetProperty("outcome").GetString().ShouldBe("CARRIED");
    }

    [Fact]
    public async Task Minutes_whose_approval_was_reopened_and_not_carried_are_corrected_and_approved_anew()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL");
        var (id, hash) = Of(await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null)));
        var motion = await stl.CarryAsync(session, await MotionAsync(stl, session, id, hash));
        var correction = new { text = "Asistió también el municipio.", reason = "Omisión" };
        await (await CorrectAsync(stl, session, "\"1\"", correction)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_being_voted");

        // An error was noticed: voted again, and not approved.
        await stl.DecideAsync(session, motion, "AGAINST", round: 2);
        await Assembly.DoneAsync(await CorrectAsync(stl, session, "\"1\"", correction));
        (id, hash) = Of(await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null)));
        await stl.CarryAsync(session, await MotionAsync(stl, session, id, hash));
        await stl.ActAsync(session, "closing");
        var minutes = await MinutesAsync(session);
        (minutes.GetProperty("state").GetString(), minutes.GetProperty("content").GetProperty("corrections").GetArrayLength()).ShouldBe(("APPROVED", 1));
        Of(minutes).ShouldBe((id, hash));
    }

    [Fact]
    public async Task Minutes_that_a_session_approves_of_itself_tell_every_vote_before()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL");
        var (id, hash) = Of(await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null)));
        var early = await stl.ProposeAsync(session, await MotionAsync(stl, session, id, hash));
        var item = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        await stl.CarryAsync(session, new { agendaItemId = item, text = "Se aprueba la hoja de ruta." });
        await (await stl.Office.PostAsync($"{Assembly.Sessions(session)}/motions/{early}/ballots", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_lack_votes");
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions", await MotionAsync(stl, session, id, hash))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "minutes_lack_votes");
        (id, hash) = Of(await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null)));
        await stl.CarryAsync(session, await MotionAsync(stl, session, id, hash));
        await stl.ActAsync(session, "closing");
        var minutes = await MinutesAsync(session);
        Of(minutes).ShouldBe((id, hash));
        minutes.GetProperty("content").GetProperty("motions").EnumerateArray().Count(motion => motion.GetProperty("ballots").GetArrayLength() == 1).ShouldBe(1);
    }

    [Fact]
    public async Task Minutes_of_a_session_that_goes_on_are_approved_by_no_other()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (first, beside) = (await stl.OpenSessionAsync(), await stl.OpenSessionAsync(matter: "MINUTES_APPROVAL"));
        var (id, hash) = Of(await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(first)}/minutes", null)));
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(beside)}/motions", await MotionAsync(stl, beside, id, hash))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "session_of_minutes_open");
        var item = (await stl.ReadAsync(first)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        await stl.CarryAsync(first, new { agendaItemId = item, text = "Se aprueba la hoja de ruta." });
        await stl.ActAsync(first, "closing");
        // Closed, they are written to their end, and may be approved with all that was voted.
        (id, hash) = Of(await MinutesAsync(first));
        await stl.CarryAsync(beside, await MotionAsync(stl, beside, id, hash));
        await stl.ActAsync(beside, "closing");
        var minutes = await MinutesAsync(first);
        minutes.GetProperty("state").GetString().ShouldBe("APPROVED");
        minutes.GetProperty("content").GetProperty("motions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_from_before_minutes_were_kept_get_theirs()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await HeldAsync(stl);
        await service.ExecuteAsync($"""
            alter table minutes_version disable trigger all; alter table session_minutes disable trigger all;
            delete from minutes_version where minutes_id = (select id from session_minutes where session_id = '{session}'); delete from session_minutes where session_id = '{session}';
            alter table minutes_version enable trigger all; alter table session_minutes enable trigger all;
            update secretariat_session set opened_with = null where id = '{session}'
            """);
        (await service.Anonymous().GetAsync($"{Assembly.Sessions(session)}/minutes")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await service.HousekeepAsync();
        (await MinutesAsync(session)).GetProperty("content").GetProperty("opening").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<Guid> HeldAsync(Assembly stl)
    {
        var session = await stl.OpenSessionAsync();
        await DecideAsync(stl, session, await stl.ProposeAsync(session));
        await stl.ActAsync(session, "closing");
        return session;
    }

    private static async Task DecideAsync(Assembly stl, Guid session, Guid motion)
    {
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var member in stl.Members)
            await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR"));
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
    }

    private static async Task<object> MotionAsync(Assembly stl, Guid session, Guid minutes, string hash) => new
    {
        agendaItemId = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid(),
        text = "Se aprueba el acta.",
        subjectKind = "MINUTES",
        subjectId = minutes,
        subjectHash = hash,
    };

    private static (Guid Id, string Hash) Of(JsonElement minutes)
    {
        var versions = minutes.GetProperty("versions");
        return (minutes.GetProperty("id").GetGuid(), versions[versions.GetArrayLength() - 1].GetProperty("hash").GetString()!);
    }

    private async Task<JsonElement> MinutesAsync(Guid session) => await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Assembly.Sessions(session)}/minutes"));

    private static async Task<HttpResponseMessage> CorrectAsync(Assembly stl, Guid session, string version, object correction)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assembly.Sessions(session)}/minutes/corrections") { Content = JsonContent.Create(correction) };
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return await stl.Office.SendAsync(request);
    }

    private async Task DatabaseRefusesAsync(string sql, string why) => (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql))).MessageText.ShouldContain(why);
}
