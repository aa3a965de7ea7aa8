using System.Net;
using System.Text;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>Headers, validators and forms of the files below /datos.</summary>
public sealed class FilesTests : IAsyncLifetime
{
    private readonly TransparencyHost service = new();

    public async Task InitializeAsync() => await service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task An_ETag_changes_exactly_when_its_dataset_changes()
    {
        var (plan, commitment) = Facts.Exercise();
        string[] datasets = ["plans", "commitments", "key_actions", "activities", "progress_reports"];
        await service.TellAsync(plan, commitment);
        var before = await TagsAsync();

        // The same plan and commitment again: every row is written, none differs.
        await service.TellAsync(plan with { AggregateVersion = 2 }, commitment with { AggregateVersion = 2 });
        (await TagsAsync()).ShouldBe(before);

        var (keyAction, activity) = (commitment.KeyActions[0], commitment.KeyActions[0].Activities[0]);
        await service.TellAsync(Facts.Report(commitment, keyAction, activity, ActivityStatus.Completed, Facts.Progress("0", "1", "30", "1"), version: 3));
        var after = await TagsAsync();
        after.Zip(before, (now, then) => now != then).ShouldBe([false, true, true, true, true]);

        async Task<List<string>> TagsAsync()
        {
            var tags = new List<string>();
            foreach (var dataset in datasets)
                tags.Add(await service.ETagAsync($"/datos/{dataset}.csv"));
            return tags;
        }
    }

    [Theory]
    [InlineData("/datos/plans.csv", "text/csv")]
    [InlineData("/datos/plans.csv?bom=true", "text/csv")]
    [InlineData("/datos/plans.json", "application/json")]
    [InlineData("/datos/plans.schema.json", "application/json")]
    [InlineData("/datos/catalogo.jsonld", "application/ld+json")]
    [InlineData("/datos/catalogo.ttl", "text/turtle")]
    [InlineData("/datos/catalogo.json", "application/json")]
    [InlineData("/api/transparency/v1/datasets", "application/json")]
    [InlineData("/api/transparency/v1/datasets/plans", "application/json")]
    [InlineData("/api/transparency/v1/datasets/plans/rows", "application/json")]
    public async Task Every_read_has_a_strong_ETag_answers_304_and_HEAD(string address, string mediaType)
    {
        var (plan, commitment) = Facts.Exercise();
        await service.TellAsync(plan, commitment);
        await service.TellOfParticipantsAsync(Facts.Instance());

        var first = await service.GetAsync(address);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        first.Headers.ETag!.IsWeak.ShouldBeFalse();
        first.Headers.CacheControl!.ToString().ShouldBe("public, no-cache");
        first.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);

        var again = await service.GetAsync(address, ("If-None-Match", $"\"other\", {first.Headers.ETag}"));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        (await service.GetAsync(address, ("If-None-Match", "\"other\""))).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var client = service.Client();
        using var head = new HttpRequestMessage(HttpMethod.Head, address);
        var headers = await client.SendAsync(head);
        headers.StatusCode.ShouldBe(HttpStatusCode.OK);
        headers.Headers.ETag.ShouldBe(first.Headers.ETag);
        (await headers.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_variants_of_a_file_have_ETags_of_their_own()
    {
        string[] addresses = ["/datos/plans.csv", "/datos/plans.csv?bom=true", "/datos/plans.json", "/api/transparency/v1/datasets/plans/rows"];
        var tags = new HashSet<string>();
        foreach (var address in addresses)
            tags.Add(await service.ETagAsync(address)).ShouldBeTrue();
    }

    [Fact]
    public async Task If_Modified_Since_is_answered_and_never_hides_a_change_within_the_same_second()
    {
        await service.ExecuteAsync("update dataset_state set modified = modified - interval '1 hour'");
        var first = await service.GetAsync("/datos/plans.csv");
        var modified = first.Content.Headers.LastModified!.Value.ToString("R");
        (await service.GetAsync("/datos/plans.csv", ("If-Modified-Since", modified))).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var (plan, commitment) = Facts.Exercise();
        await service.TellAsync(plan, commitment);
        (await service.GetAsync("/datos/plans.csv", ("If-Modified-Since", modified))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var changed = (await service.GetAsync("/datos/plans.csv")).Content.Headers.LastModified!.Value.ToString("R");
        (await service.GetAsync("/datos/plans.csv", ("If-Modified-Since", changed))).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await service.GetAsync("/datos/plans.csv", ("If-Modified-Since", changed), ("If-None-Match", "\"other\""))).StatusCode.ShouldBe(HttpStatusCode.OK);

        await service.ExecuteAsync("update dataset_state set modified = date_trunc('second', now()) + interval '999 ms' where name = 'plans'; update plans set title_es = 'Otro'");
        var shared = (await service.GetAsync("/datos/plans.csv")).Content.Headers.LastModified!.Value.ToString("R");
        (await service.GetAsync("/datos/plans.csv", ("If-Modified-Since", shared))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cell_that_a_spreadsheet_would_run_gets_an_apostrophe_in_CSV_and_none_in_JSON()
    {
        var (plan, commitment) = Facts.Exercise(title: "=HYPERLINK(\"http://evil\",\"Ver\")");
        var (keyAction, activity) = (commitment.KeyActions[0], commitment.KeyActions[0].Activities[0]);
        await service.TellAsync(
            plan, commitment, Facts.Report(commitment, keyAction, activity, ActivityStatus.InProgress, Facts.Progress("0", "1", "0", "1"), explanation: "\t=1+1, con \"comillas\"\ny línea"));

        (await service.CsvAsync("commitments"))[1].ShouldContain(",\"'=HYPERLINK(\"\"http://evil\"\",\"\"Ver\"\")\",");
        string.Join('\n', await service.CsvAsync("progress_reports")).ShouldContain(",\"'\t=1+1, con \"\"comillas\"\"\ny línea\",");
        (await service.RowAsync("commitments")).GetProperty("title_es").GetString().ShouldBe(commitment.Title);
    }

    [Fact]
    public async Task CSV_is_UTF_8_with_a_header_and_a_byte_order_mark_only_when_asked()
    {
        var (plan, commitment) = Facts.Exercise(title: "Índice de añadas €");
        await service.TellAsync(plan, commitment);
        var plain = await (await service.GetAsync("/datos/commitments.csv")).Content.ReadAsByteArrayAsync();
        var answer = await service.GetAsync("/datos/commitments.csv?bom=true");
        var marked = await answer.Content.ReadAsByteArrayAsync();

        Encoding.UTF8.GetString(plain).ShouldStartWith("commitment_identifier,commitment_id,plan_identifier,");
        Encoding.UTF8.GetString(plain).ShouldContain("Índice de añadas €");
        marked.ShouldBe([0xEF, 0xBB, 0xBF, .. plain]);
        answer.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe("commitments.csv");
    }

    [Theory]
    [InlineData("/datos/persons.csv", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/datos/catalogo.csv", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/datos/plans.xlsx", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/datos/plans;drop table plans.csv", HttpStatusCode.NotFound, "not_found")]
    [InlineData("/datos/plans.csv?bom=yes", HttpStatusCode.BadRequest, "value_not_boolean")]
    public async Task Addresses_that_do_not_exist_are_problems_with_a_code(string address, HttpStatusCode status, string code)
    {
        var answer = await service.GetAsync(address);
        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"code\":\"{code}\"");
    }

    [Fact]
    public async Task A_file_never_mixes_two_versions_of_its_dataset()
    {
        await service.ExecuteAsync(BulkRows.Reports(20_000));
        using var client = service.Client();
        using var answer = await client.GetAsync("/datos/progress_reports.csv", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[1000];
        await body.ReadExactlyAsync(buffer);

        await service.ExecuteAsync("update progress_reports set explanation_es = 'changed'");

        using var rest = new StreamReader(body);
        (await rest.ReadToEndAsync()).ShouldNotContain("changed");
        (await service.ETagAsync("/datos/progress_reports.csv")).ShouldNotBe(answer.Headers.ETag!.ToString());
    }
}
