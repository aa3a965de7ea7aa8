using System.Net.Http.Json;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.TestSupport;
using static OpenGov.ServiceTests.ActionPlans.Steps;

namespace OpenGov.ServiceTests.ActionPlans;

public sealed class PublicationTests(ActionPlansHost service) : IClassFixture<ActionPlansHost>
{
    [Fact]
    public async Task INV_20_a_commitment_that_no_responsible_institution_accepted_is_not_published_and_nothing_is_stored()
    {
        var imported = await (await service.ImportAsync(SamplePlan.Own(11))).JsonAsync();
        var refused = await service.AskForPublicationAsync(imported);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.ReasonsAsync()).ShouldBe(["/commitments/0/responsible/0 responsible_not_accepted"]);
        (await service.CountAsync("plan where number = 11")).ShouldBe(0);
        (await service.CountAsync("event_log where payload ->> 'identifier' = 'MX-MEX-PAL11'")).ShouldBe(0);

        using var secretary = service.Client(service.Secretary);
        var readiness = await (await secretary.GetAsync($"{Api}/plans/{imported.GetProperty("id").GetGuid()}/readiness")).JsonAsync();
        readiness.GetProperty("ready").GetBoolean().ShouldBeFalse();
        readiness.GetProperty("items")[0].GetProperty("rule").GetString().ShouldBe("INV-20");
    }

    [Fact]
    public async Task INV_20_an_acceptance_holds_for_the_wording_that_was_accepted_only()
    {
        var plan = SamplePlan.Own(12);
        var imported = await (await service.ImportAsync(plan)).JsonAsync();
        using var liaison = service.Client(service.Liaison);
        (await liaison.PostAsJsonAsync($"{Api}/commitments/{imported.GetProperty("commitments")[0].GetProperty("id").GetGuid()}/acceptance", new { })).StatusCode.ShouldBe(HttpStatusCode.Created);
        plan.Commitment()["population"] = "Otra población";
        var changed = await (await service.ImportAsync(plan)).JsonAsync();
        (await (await service.AskForPublicationAsync(changed)).ReasonsAsync()).ShouldBe(["/commitments/0/responsible/0 responsible_not_accepted"]);
    }

    [Fact]
    public async Task INV_20_a_draft_commitment_does_not_exist_for_institutions_that_have_no_part_in_it()
    {
        var imported = await (await service.ImportAsync(SamplePlan.Own(13))).JsonAsync();
        var id = imported.GetProperty("commitments")[0].GetProperty("id").GetGuid();
        using var stranger = service.Client(service.OtherLiaison);
        using var visitor = service.Client();
        (await stranger.PostAsJsonAsync($"{Api}/commitments/{id}/acceptance", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.GetAsync($"{Api}/commitments/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL13")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.GetAsync($"{Api}/plans?drafts=true")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Commitments_are_found_by_whoever_answers_for_them_or_takes_part()
    {
        var plan = SamplePlan.Own(26);
        plan.Commitment()["coResponsible"] = new JsonArray(new JsonObject { ["name"] = "Ayuntamiento de Toluca" });
        plan.Commitment()["intervening"] = new JsonArray(new JsonObject { ["name"] = "Red Mexiquense de Gobierno Abierto" });
        await service.PublishAsync(plan);
        foreach (var organisation in new[] { service.Guarantor, service.Toluca, service.Network })
            (await FoundAsync($"organisation={organisation}&plan=MX-MEX-PAL26")).ShouldBe(["MX-MEX-PAL26-C01"]);
        (await FoundAsync($"organisation={Guid.CreateVersion7()}")).ShouldBeEmpty();
        (await FoundAsync($"organisation={service.Toluca}&theme=JUSTICIA")).ShouldBeEmpty();
        using var visitor = service.Client();
        (await visitor.GetAsync($"{Api}/commitments?organisation=nadie")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        async Task<IReadOnlyList<string>> FoundAsync(string query)
        {
            using var reader = service.Client();
            return [.. (await (await reader.GetAsync($"{Api}/commitments?{query}")).JsonAsync()).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("identifier").GetString()!)];
        }
    }

    [Fact]
    public async Task INV_25_a_plan_without_its_resolution_is_not_published()
    {
        var imported = await (await service.ImportAsync(SamplePlan.Own(14))).JsonAsync();
        using var secretary = service.Client(service.Secretary);
        var refused = await secretary.SendAsync(HttpMethod.Post, $"{Api}/plans/{imported.GetProperty("id").GetGuid()}/publication", new { }, "\"1\"");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.ReasonsAsync()).ShouldContain("/approval plan_not_approved");
    }

    /// <summary>Its own host: from here on every publication of the instance rests on a resolution.</summary>
    [Fact]
    public async Task INV_25_where_the_secretariat_meets_in_the_instance_a_plan_rests_on_its_resolution_about_exactly_that_version()
    {
        var own = new ActionPlansHost();
        await own.InitializeAsync();
        try
        {
            var stl = Guid.CreateVersion7();
            await own.DeliverAsync(Owners.Participants, new SecretariatFormedV1(stl, 1, "Secretariado Técnico Local", null));
            using var visitor = own.Client();
            (await (await visitor.GetAsync($"{Api}/exercise")).JsonAsync()).GetProperty("stageNumber").GetString().ShouldBe("S0");
            await own.DeliverAsync(Owners.Participants, new SecretariatInstalledV1(stl, 2, new DateOnly(2016, 6, 20), new string('a', 64)), new SecretariatFormedV1(Guid.CreateVersion7(), 1, "Secretariado municipal", stl));
            (await (await visitor.GetAsync($"{Api}/exercise")).JsonAsync()).GetProperty("stageNumber").GetString().ShouldBe("S3");

            var imported = await (await own.ImportAsync(SamplePlan.Own(21))).JsonAsync();
            var plan = imported.GetProperty("id").GetGuid();
            foreach (var commitment in imported.GetProperty("commitments").EnumerateArray())
            {
                using var liaison = own.Client(own.Liaison);
                (await liaison.PostAsJsonAsync($"{Api}/commitments/{commitment.GetProperty("id").GetGuid()}/acceptance", new { })).EnsureSuccessStatusCode();
            }

            using var secretary = own.Client(own.Secretary);
            var readiness = await (await secretary.GetAsync($"{Api}/plans/{plan}/readiness")).JsonAsync();
            readiness.GetProperty("restsOnResolution").GetBoolean().ShouldBeTrue();
            var hash = readiness.GetProperty("subject").GetProperty("versionHash").GetString()!;
            (await (await PublishAsync(new { approval = new { number = "STL/EXT/03", adoptedOn = DateTime.UtcNow.AddHours(-6).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) } })).ReasonsAsync())
                .ShouldContain("/resolutionId plan_needs_own_resolution");
            var (other, right) = (Resolution(1, new string('b', 64)), Resolution(2, hash));
            (await (await PublishAsync(new { resolutionId = right.AggregateId })).ReasonsAsync()).ShouldContain("/resolutionId resolution_unknown");
            await own.DeliverAsync(Owners.Participants, other, right);
            (await (await PublishAsync(new { resolutionId = other.AggregateId })).ReasonsAsync()).ShouldContain("/resolutionId resolution_of_another_version");
            var published = await PublishAsync(new { resolutionId = right.AggregateId });
            published.StatusCode.ShouldBe(HttpStatusCode.Created, await published.Content.ReadAsStringAsync());
            var approval = (await (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL21")).JsonAsync()).GetProperty("approval");
            approval.GetProperty("number").GetString().ShouldBe("2");
            approval.GetProperty("documentUrl").GetString()!.ShouldEndWith($"/acuerdos/{right.AggregateId}");

            await own.DeliverAsync(Owners.Participants, new SecretariatSuspendedV1(stl, 3, new DateOnly(2026, 3, 2), [Sector.CivilSociety]));
            (await (await visitor.GetAsync($"{Api}/exercise")).JsonAsync()).GetProperty("stageNumber").GetString().ShouldBe("SX");

            Task<HttpResponseMessage> PublishAsync(object body) => secretary.SendAsync(HttpMethod.Post, $"{Api}/plans/{plan}/publication", body, $"\"{imported.GetProperty("version").GetInt32()}\"");
            ResolutionAdoptedV1 Resolution(int number, string version) => new(
                Guid.CreateVersion7(), 1, stl, Guid.CreateVersion7(), Guid.CreateVersion7(), number, "PLAN_APPROVAL", new DecisionSubject("PLAN", plan, version),
                VotingRule.TwoThirds, new BallotTotals(3, 3, 3, 0, 0, 0), DateTimeOffset.UtcNow, null);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task INV_26_the_published_bytes_hash_to_the_published_hash_and_no_SQL_changes_them()
    {
        var published = await service.PublishAsync(SamplePlan.Own(15));
        using var visitor = service.Client();
        var answer = await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL15/versions/1");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var hash = published.GetProperty("contentHash").GetString()!;
        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(hash);
        answer.Headers.ETag!.Tag.ShouldBe($"\"{hash}\"");

        var id = published.GetProperty("id").GetGuid();
        await RefusedAsync($"update plan_version set change_summary = 'x' where plan_id = '{id}'");
        await RefusedAsync($"delete from plan_version where plan_id = '{id}'");
        await RefusedAsync($"insert into plan_version (plan_id, number, content, content_hash, approval_number, approval_adopted_on, change_summary, published_at, published_by) values ('{id}', 2, '{{}}', '{hash}', 'a', '2020-01-01', 'c', now(), '{id}')");
        await RefusedAsync($"insert into plan_version (plan_id, number, content, content_hash, approval_number, approval_adopted_on, change_summary, published_at, published_by) values ('{id}', 4, '{{}}', encode(sha256('{{}}'), 'hex'), 'a', '2020-01-01', 'c', now(), '{id}')");
        await RefusedAsync($"delete from commitment where plan_id = '{id}'");
    }

    [Fact]
    public async Task The_database_holds_weights_dates_themes_and_steps_too()
    {
        var published = await service.PublishAsync(SamplePlan.Own(16));
        var id = published.GetProperty("id").GetGuid();
        var mine = $"(select id from commitment where plan_id = '{id}')";
        await RefusedAsync($"update key_action set weight = 61 where number = 1 and commitment_id in {mine}");
        await RefusedAsync($"update activity set ends_on = '2030-01-01' where commitment_id in {mine}");
        await RefusedAsync($"update activity set ends_on = '2020-01-01' where commitment_id in {mine}");
        await RefusedAsync($"update plan set period_end = '2021-02-01' where id = '{id}'");
        await RefusedAsync($"update activity set status = 'COMPLETED' where commitment_id in {mine}");
        await RefusedAsync($"update commitment set status = 'FINAL' where plan_id = '{id}'");
        await RefusedAsync($"update commitment set status = 'WITHDRAWN' where plan_id = '{id}'");
        await RefusedAsync("delete from theme where code = 'GOBIERNO_ABIERTO'");
    }

    [Fact]
    public async Task Publication_tells_plan_and_commitments_in_one_transaction_and_moves_the_exercise()
    {
        var before = (await service.FactsAsync()).Length;
        await service.PublishAsync(SamplePlan.Own(17));
        (await service.FactsAsync())[before..].ShouldBe(["PlanPublishedV1", "CommitmentPublishedV1"], ignoreOrder: true);
        (await service.CountAsync("plan_draft where number = 17")).ShouldBe(0);

        using var visitor = service.Client();
        var exercise = await (await visitor.GetAsync($"{Api}/exercise")).JsonAsync();
        exercise.GetProperty("stageNumber").GetString().ShouldBe("S8");
        var plan = await (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL17")).JsonAsync();
        plan.GetProperty("commitments").GetArrayLength().ShouldBe(1);
        plan.GetProperty("totals").GetProperty("groups")[1].GetProperty("strictRate").GetProperty("percent").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Publication_needs_the_version_that_was_read_and_happens_once()
    {
        var imported = await (await service.ImportAsync(SamplePlan.Own(18))).JsonAsync();
        await service.ImportAsync(SamplePlan.Own(18));
        (await service.AskForPublicationAsync(imported)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        using var secretary = service.Client(service.Secretary);
        (await secretary.PostAsJsonAsync($"{Api}/plans/{imported.GetProperty("id").GetGuid()}/publication", new { })).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);

        var published = await service.PublishAsync(SamplePlan.Own(18));
        var again = await secretary.SendAsync(HttpMethod.Post, $"{Api}/plans/{published.GetProperty("id").GetGuid()}/publication", new { }, "\"3\"");
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task INV_28_an_amendment_keeps_ids_states_and_the_former_text_and_needs_a_summary()
    {
        await service.PublishAsync(SamplePlan.Own(19));
        var first = await service.CommitmentAsync("MX-MEX-PAL19-C01");
        var activity = first.Activity(0, 0).GetProperty("id").GetGuid();
        (await service.ReportAsync(activity, "IN_PROGRESS", 1)).StatusCode.ShouldBe(HttpStatusCode.Created);

        var amended = SamplePlan.Own(19);
        amended.Commitment()["keyActions"]![0]!["activities"]!.AsArray().RemoveAt(1);
        amended.Commitment()["keyActions"]![0]!["activities"]![0]!["end"] = "2021-09-30";
        var draft = await (await service.ImportAsync(amended)).JsonAsync();
        draft.GetProperty("commitments")[0].GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        (await (await service.AskForPublicationAsync(draft)).ReasonsAsync()).ShouldBe(
            ["/changeSummary change_summary_missing", "/commitments/0/responsible/0 responsible_not_accepted"]);

        var second = await service.PublishAsync(amended, "Se prorroga la actividad 1 y se cancela la 2.");
        second.GetProperty("planVersion").GetInt32().ShouldBe(2);
        var now = await service.CommitmentAsync("MX-MEX-PAL19-C01");
        now.Activity(0, 0).GetProperty("id").GetGuid().ShouldBe(activity);
        now.Activity(0, 0).GetProperty("status").GetString().ShouldBe("IN_PROGRESS");
        now.Activity(0, 0).GetProperty("end").GetString().ShouldBe("2021-09-30");
        now.Activity(0, 1).GetProperty("status").GetString().ShouldBe("CANCELLED");
        using var visitor = service.Client();
        (await (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL19/versions/1")).Content.ReadAsStringAsync()).ShouldContain("2021-06-30");
        (await (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL19/versions")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task INV_28_a_published_commitment_is_not_left_out_and_its_objective_stays()
    {
        var two = SamplePlan.Own(20);
        var other = (JsonObject)two.Commitment().DeepClone();
        other["number"] = 2;
        two["commitments"]!.AsArray().Add(other);
        await service.PublishAsync(two);
        var one = SamplePlan.Own(20);
        one.Commitment()["objective"] = "Otro objetivo";
        var draft = await (await service.ImportAsync(one)).JsonAsync();
        var reasons = await (await service.AskForPublicationAsync(draft, "cambio")).ReasonsAsync();
        reasons.ShouldContain("/commitments published_commitment_missing");
        reasons.ShouldContain("/commitments/0/objective published_objective_changed");
    }

    [Fact]
    public async Task INV_28_a_withdrawn_commitment_keeps_its_text_public_and_leaves_the_denominator()
    {
        await service.PublishAsync(SamplePlan.Own(21));
        var commitment = await service.CommitmentAsync("MX-MEX-PAL21-C01");
        var address = $"{Api}/commitments/{commitment.GetProperty("id").GetGuid()}/withdrawal";
        using var secretary = service.Client(service.Secretary);
        (await secretary.SendAsync(HttpMethod.Post, address, new { reason = "Sin presupuesto" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var withdrawal = new { resolution = new { number = "STL/ORD/09", adoptedOn = "2021-05-05" }, reason = "Sin presupuesto" };
        (await secretary.SendAsync(HttpMethod.Post, address, withdrawal, "\"9\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await secretary.SendAsync(HttpMethod.Post, address, withdrawal, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var after = await service.CommitmentAsync("MX-MEX-PAL21-C01");
        after.GetProperty("status").GetString().ShouldBe("WITHDRAWN");
        after.GetProperty("objective").GetString().ShouldBe("Articular las agendas");
        using var visitor = service.Client();
        var rates = (await (await visitor.GetAsync($"{Api}/plans/MX-MEX-PAL21")).JsonAsync()).GetProperty("totals");
        rates.GetProperty("published").GetInt32().ShouldBe(1);
        rates.GetProperty("active").GetInt32().ShouldBe(0);
        rates.GetProperty("groups")[0].GetProperty("strictRate").GetProperty("percent").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await service.ReportAsync(after.Activity(0, 0).GetProperty("id").GetGuid(), "IN_PROGRESS", 1)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var revived = await (await service.ImportAsync(SamplePlan.Own(21))).JsonAsync();
        (await (await service.AskForPublicationAsync(revived, "cambio")).ReasonsAsync()).ShouldContain("/commitments/0/number withdrawn_commitment_in_plan");
    }

    [Fact]
    public async Task A_plan_as_large_as_the_format_allows_is_published_in_seconds()
    {
        var plan = SamplePlan.Own(22);
        var first = plan.Commitment();
        first.Remove("exampleFields");
        var activities = first["keyActions"]![1]!["activities"]!.AsArray();
        for (var number = 2; number <= 20; number++)
        {
            var activity = activities[0]!.DeepClone();
            activity["number"] = number;
            activities.Add(activity);
        }

        for (var number = 2; number <= 99; number++)
        {
            var commitment = first.DeepClone();
            commitment["number"] = number;
            plan["commitments"]!.AsArray().Add(commitment);
        }

        var started = System.Diagnostics.Stopwatch.StartNew();
        await service.PublishAsync(plan);
        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        using var visitor = service.Client();
        (await (await visitor.GetAsync($"{Api}/commitments?plan=MX-MEX-PAL22&limit=50")).JsonAsync()).GetProperty("next").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
    }

    private async Task RefusedAsync(string sql)
    {
#pragma warning disable CA2100 // Written in the test.
        await using var command = service.Database.CreateCommand(sql);
#pragma warning restore CA2100
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBeOneOf("23001", "23503", "23514");
    }
}
