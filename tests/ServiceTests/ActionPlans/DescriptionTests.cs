namespace OpenGov.ServiceTests.ActionPlans;

public sealed class DescriptionTests(ActionPlansHost service) : IClassFixture<ActionPlansHost>
{
    [Fact]
    public async Task The_OpenAPI_document_describes_every_address_with_a_summary()
    {
        using var visitor = service.Client();
        var document = await (await visitor.GetAsync("/api/action-plans/openapi/v1.json")).JsonAsync();
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToArray();
        operations.Select(one => one.Name).ShouldBe(
        [
            "get /api/action-plans/v1/exercise", "post /api/action-plans/v1/exercise",
            "get /api/action-plans/v1/plan-format",
            "post /api/action-plans/v1/plans/import", "get /api/action-plans/v1/plans", "get /api/action-plans/v1/plans/{key}",
            "get /api/action-plans/v1/plans/{key}/versions", "get /api/action-plans/v1/plans/{key}/versions/{number}",
            "get /api/action-plans/v1/plans/{id}/draft", "get /api/action-plans/v1/plans/{id}/readiness", "post /api/action-plans/v1/plans/{id}/publication",
            "get /api/action-plans/v1/imported-plans", "get /api/action-plans/v1/imported-plans/{slug}",
            "get /api/action-plans/v1/commitments", "get /api/action-plans/v1/commitments/{key}", "get /api/action-plans/v1/commitments/{key}/progress-reports", "get /api/action-plans/v1/totals",
            "get /api/action-plans/v1/my/acceptances", "post /api/action-plans/v1/commitments/{id}/acceptance", "post /api/action-plans/v1/commitments/{id}/withdrawal",
            "get /api/action-plans/v1/my/activities", "get /api/action-plans/v1/activities/{id}",
            "get /api/action-plans/v1/activities/{id}/progress-reports", "post /api/action-plans/v1/activities/{id}/progress-reports",
            "post /api/action-plans/v1/activities/{id}/verifications",
            "post /api/action-plans/v1/evidence-files", "get /api/action-plans/v1/evidence-files/{id}",
            "get /api/action-plans/v1/operation", "get /api/action-plans/v1/operation/parked/{owner}", "get /api/action-plans/v1/operation/parked/{owner}/{sequence}",
            "post /api/action-plans/v1/operation/parked/{owner}/send-again", "post /api/action-plans/v1/operation/parked/{owner}/{sequence}/send-again",
            "post /api/action-plans/v1/operation/parked/{owner}/set-aside", "post /api/action-plans/v1/operation/parked/{owner}/{sequence}/set-aside",
            "get /api/action-plans/v1/operation/broken/{owner}", "get /api/action-plans/v1/operation/broken/{owner}/{id}",
            "post /api/action-plans/v1/operation/broken/{owner}/send-again", "post /api/action-plans/v1/operation/broken/{owner}/{id}/send-again",
            "post /api/action-plans/v1/operation/broken/{owner}/set-aside", "post /api/action-plans/v1/operation/broken/{owner}/{id}/set-aside",
            "post /api/action-plans/v1/operation/copies/{owner}/rebuild",
            "get /api/action-plans/v1/themes", "get /api/action-plans/v1/sdg-goals", "get /api/action-plans/v1/sdg-targets",
            "get /api/action-plans/v1/my/personal-data", "get /api/action-plans/v1/personal-data",
            "get /api/action-plans/v1/my/personal-data/files/{id}", "get /api/action-plans/v1/personal-data/files/{id}",
        ], ignoreOrder: true);
        operations.ShouldAllBe(one => one.Value.GetProperty("summary").GetString()!.Length > 0);

        var report = operations.Single(one => one.Name.StartsWith("post", StringComparison.Ordinal) && one.Name.EndsWith("/progress-reports", StringComparison.Ordinal));
        report.Value.GetProperty("responses").EnumerateObject().Select(answer => answer.Name)
            .ShouldBe(["201", "400", "401", "403", "404", "409", "412", "422", "428"], ignoreOrder: true);
    }

    [Fact]
    public async Task Reference_lists_and_the_schema_are_public()
    {
        using var visitor = service.Client();
        (await (await visitor.GetAsync("/api/action-plans/v1/themes")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(17);
        (await (await visitor.GetAsync("/api/action-plans/v1/sdg-targets?goal=16")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(12);
        (await (await visitor.GetAsync("/api/action-plans/v1/plan-format")).JsonAsync()).GetProperty("$schema").GetString()!.ShouldContain("2020-12");
    }
}
