using System.Net;
using System.Text.Json.Nodes;
using System.Text;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.ActionPlans;

public sealed class ImportTests(ActionPlansHost service) : IClassFixture<ActionPlansHost>
{
    [Fact]
    public async Task An_own_plan_becomes_a_draft_and_importing_it_again_replaces_the_draft_and_keeps_ids()
    {
        var first = await service.ImportAsync(SamplePlan.Own(7));
        first.StatusCode.ShouldBe(HttpStatusCode.Created, await first.Content.ReadAsStringAsync());
        var created = await first.JsonAsync();
        created.GetProperty("identifier").GetString().ShouldBe("MX-MEX-PAL07");
        created.GetProperty("commitments")[0].GetProperty("identifier").GetString().ShouldBe("MX-MEX-PAL07-C01");

        var changed = SamplePlan.Own(7);
        changed["title"] = "Plan de Acción Local, revisado";
        var second = await (await service.ImportAsync(changed)).JsonAsync();
        second.GetProperty("id").GetGuid().ShouldBe(created.GetProperty("id").GetGuid());
        second.GetProperty("commitments")[0].GetProperty("id").GetGuid().ShouldBe(created.GetProperty("commitments")[0].GetProperty("id").GetGuid());
        second.GetProperty("version").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Every_error_is_reported_at_once_with_its_place_and_nothing_is_stored()
    {
        var plan = SamplePlan.Own(8);
        var commitment = plan.Commitment();
        commitment["theme"] = "ASTRONOMIA";
        commitment["keyActions"]![0]!["weight"] = 50;
        commitment["keyActions"]![0]!["activities"]![0]!["start"] = "2021-07-01";
        commitment["keyActions"]![0]!["activities"]![1]!["end"] = "2023-01-01";
        commitment["keyActions"]![1]!["number"] = 1;
        commitment["sdgTargets"]![0]!["code"] = "11.z";
        commitment["territory"] = new JsonArray("14039");
        commitment["responsible"]![0]!["acronym"] = "NADIE";
        commitment.Remove("kind");
        commitment["exampleFields"] = new JsonArray("/keyActions/9");
        var before = await service.CountAsync("plan_draft");

        var refused = await service.ImportAsync(plan);

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.ReasonsAsync()).ShouldBe(
        [
            "/commitments/0/kind field_required",
            "/commitments/0/theme theme_unknown",
            "/commitments/0/territory/0 territory_of_another_state",
            "/commitments/0/sdgTargets/0/code sdg_unknown",
            "/commitments/0/responsible/0 organisation_unknown",
            "/commitments/0/keyActions/1/number number_repeated",
            "/commitments/0/keyActions weights_not_100",
            "/commitments/0/keyActions/0/activities/0 start_after_end",
            "/commitments/0/keyActions/0/activities/1 outside_plan_period",
            "/commitments/0/exampleFields/0 pointer_without_target",
        ], ignoreOrder: true);
        (await service.CountAsync("plan_draft")).ShouldBe(before);
    }

    [Fact]
    public async Task Errors_of_form_are_all_reported_with_their_place()
    {
        var plan = SamplePlan.Own(8);
        plan["colour"] = "green";
        plan.Remove("title");
        plan.Commitment()["number"] = "one";
        plan.Commitment()["kind"] = "IMPOSED";
        plan.Commitment()["objective"] = "a\u0000b";
        plan.Commitment()["population"] = new string('x', 2001);
        plan.Commitment()["keyActions"]![0]!["weight"] = 1.5;
        plan.Commitment()["keyActions"]![1]!["activities"]![0]!["end"] = "2022-02-30";

        var refused = await service.ImportAsync(plan);

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.ReasonsAsync()).ShouldBe(
        [
            "/colour member_unknown",
            "/title field_required",
            "/commitments/0/number type_expected_number",
            "/commitments/0/kind code_unknown",
            "/commitments/0/objective text_has_control_characters",
            "/commitments/0/population field_too_long",
            "/commitments/0/keyActions/0/weight number_not_whole",
            "/commitments/0/keyActions/1/activities/0/end date_invalid",
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("not json at all", "document_not_json", 400)]
    [InlineData("", "document_not_json", 400)]
    [InlineData("[]", "type_expected_object", 422)]
    [InlineData("null", "type_expected_object", 422)]
    [InlineData("{\"formatVersion\":1e400}", "number_not_whole", 422)]
    [InlineData("{\"formatVersion\":99999999999999999999999999}", "number_not_whole", 422)]
    [InlineData("{\"title\":\"a\",\"title\":\"b\"}", "member_repeated", 422)]
    [InlineData("{\"title\":\"\\ud800\"}", "text_not_unicode", 422)]
    [InlineData("{\"\\udc00\":1}", "text_not_unicode", 422)]
    [InlineData("{\"title\":\"a\"} trailing", "document_not_json", 400)]
    [InlineData("{\"title\":\"a\",}", "document_not_json", 400)]
    [InlineData("{/* comment */\"title\":\"a\"}", "document_not_json", 400)]
    public async Task A_malformed_document_is_refused_with_a_reason(string document, string code, int status)
    {
        var refused = await service.ImportAsync(Encoding.UTF8.GetBytes(document));
        ((int)refused.StatusCode).ShouldBe(status);
        (await refused.ReasonsAsync()).ShouldContain(reason => reason.EndsWith(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hostile_document_is_refused_with_a_reason()
    {
        await RefusedAsync([0xEF, 0xBB, 0xBF, .. "{}"u8], "document_has_bom");
        await RefusedAsync([.. "{\"title\":\""u8, 0xC3, 0x28, .. "\"}"u8], "document_not_utf8");
        await RefusedAsync(Encoding.UTF8.GetBytes(new string('[', 100_000)), "document_too_deep");
        await RefusedAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20_000))), "document_too_deep");
        await RefusedAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("1", 900_000)) + "]"), "document_too_complex");
        await RefusedAsync(Encoding.UTF8.GetBytes($"{{\"formatVersion\":{new string('9', 1_000_000)}}}"), "number_not_whole");

        var items = SamplePlan.Own(8);
        items["notes"] = new JsonArray([.. Enumerable.Range(0, 100_000).Select(_ => JsonValue.Create("x"))]);
        await RefusedAsync(Encoding.UTF8.GetBytes(items.ToJsonString()), "list_too_long");

        var unknown = "{" + string.Join(',', Enumerable.Range(0, 50_000).Select(index => $"\"m{index}\":1")) + "}";
        var reasons = await RefusedAsync(Encoding.UTF8.GetBytes(unknown), "document_too_many_errors");
        reasons.Length.ShouldBe(201);

        var large = await service.ImportAsync(new byte[(2 * 1024 * 1024) + 1]);
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        async Task<string[]> RefusedAsync(byte[] document, string code)
        {
            var refused = await service.ImportAsync(document);
            ((int)refused.StatusCode).ShouldBeInRange(400, 422, code);
            var found = await refused.ReasonsAsync();
            found.ShouldContain(reason => reason.EndsWith(code, StringComparison.Ordinal));
            return found;
        }
    }

    [Fact]
    public async Task Only_the_executive_secretary_imports()
    {
        using var liaison = service.Client(service.Liaison);
        using var visitor = service.Client();
        using var content = new StringContent(SamplePlan.Own(8).ToJsonString(), Encoding.UTF8, "application/json");
        (await liaison.PostAsync("/api/action-plans/v1/plans/import", content)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await visitor.PostAsync("/api/action-plans/v1/plans/import", content)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Checking_only_stores_nothing()
    {
        var before = await service.CountAsync("plan_draft");
        (await service.ImportAsync(SamplePlan.Own(9), "?validate=true")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync("plan_draft")).ShouldBe(before);
    }

    [Fact]
    public async Task An_imported_plan_is_shown_as_printed_with_its_gaps_and_discrepancies_and_tells_no_facts()
    {
        var facts = await service.CountAsync("event_log");
        (await service.ImportAsync(SamplePlan.Federal())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await service.CountAsync("event_log")).ShouldBe(facts);

        using var visitor = service.Client();
        var answer = await visitor.GetAsync("/api/action-plans/v1/imported-plans/federal-2011-2013");
        var plan = await answer.JsonAsync();
        plan.GetProperty("printedResults").GetProperty("headline").GetProperty("percentAsPrinted").GetString().ShouldBe("92");
        plan.GetProperty("recomputed").GetProperty("headline").GetProperty("percent").GetString().ShouldBe("92.7");
        plan.GetProperty("commitments")[0].GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("field").GetString()).ShouldContain("activityDates");
        plan.GetProperty("discrepancies").EnumerateArray().Select(one => one.GetProperty("code").GetString()).ShouldBe(
            ["GROUP_SUM_DIFFERS", "PARTIAL_COUNTED_AS_FULL", "DENOMINATOR_NOT_FROM_BUCKETS", "PERCENT_TRUNCATED", "SINGLE_CELL_EXPLANATION"]);

        visitor.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        (await visitor.GetAsync("/api/action-plans/v1/imported-plans/federal-2011-2013")).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        var list = await (await service.Client().GetAsync("/api/action-plans/v1/imported-plans")).JsonAsync();
        list.GetProperty("items").EnumerateArray().ShouldContain(one => one.GetProperty("slug").GetString() == "federal-2011-2013");
    }
}
