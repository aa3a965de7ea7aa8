using System.Text.Json;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>The directory with many organisations; with OPENGOV_LONG=1 as many as the specification names. Its speed is measured by the benchmarks.</summary>
public sealed class DirectoryTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Columns = "id, version, name, acronym, kind, sector, cvegeo, municipality, purpose, website, registered_at, successor_id";
    private static bool IsLong => Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";

    private static readonly (string Query, string Sql)[] Questions =
    [
        ("limit=50", $"select {Columns} from organisation order by name_key limit 51"),
        ("limit=50&q=agua%20red", $"select {Columns} from organisation where search_text like '%agua%' and search_text like '%red %' order by name_key limit 51"),
        ("limit=50&sector=CIVIL_SOCIETY&municipality=Toluca", $"select {Columns} from organisation where sector = 'CIVIL_SOCIETY' and municipality_key = 'toluca' order by name_key limit 51"),
    ];

    [Fact]
    public async Task Every_organisation_is_on_one_page_and_the_answers_are_those_of_the_database()
    {
        var (organisations, people) = IsLong ? (50_000, 200_000) : (700, 100);
        await service.ExecuteAsync(
            $"""
            insert into organisation (id, version, name, name_key, acronym, search_text, look_key, kind, sector, registered_at, named_at, municipality, municipality_key, purpose)
            select gen_random_uuid(), 1, name, lower(name), null, lower(name), lower(name), 'CITIZEN_COUNCIL', 'CIVIL_SOCIETY', now(), now(), place, lower(place), 'Vigilar el gasto'
            from (select (array['Red', 'Observatorio', 'Consejo', 'Alianza'])[1 + n % 4] || ' ' || (array['Agua', 'Aire', 'Bosques', 'Archivos', 'Calles'])[1 + n % 5] || ' ' || md5(n::text) as name,
                (array['Toluca', 'Metepec', 'Texcoco'])[1 + n % 3] as place from generate_series(1, {organisations}) n) made;
            insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at)
            select gen_random_uuid(), n || '@x.mx', n || '@X.MX', 'Una', '', '', now() from generate_series(1, {people}) n;
            analyze organisation; analyze account;
            """);
        var client = service.Anonymous();
        foreach (var (query, sql) in Questions)
            (await AskAsync(client, query)).ShouldBe((await SelectAsync(sql)).Take(50), query);

        var seen = new HashSet<string>();
        var pages = 0;
        long early = 0;
        for (string? cursor = null; ;)
        {
            var page = await (await client.GetAsync($"{Api}/organisations?limit=200{(cursor is null ? "" : "&cursor=" + cursor)}")).JsonAsync();
            foreach (var one in page.GetProperty("items").EnumerateArray())
                seen.Add(one.GetProperty("id").GetString()!).ShouldBeTrue();
            if (++pages == 3)
                early = GC.GetTotalMemory(forceFullCollection: true);
            if ((cursor = page.GetProperty("next").GetString()) is null)
                break;
        }

        seen.Count.ShouldBe(organisations);
        if (!IsLong)
            return;
        // Service and test share this heap; what grows with the pages is the test's own list of ids, some hundred bytes each.
        var grown = GC.GetTotalMemory(forceFullCollection: true) - early;
        grown.ShouldBeLessThan((4 << 20) + (organisations * 200L));
    }

    private static async Task<List<string>> AskAsync(HttpClient client, string query)
    {
        using var answer = await client.GetAsync($"{Api}/organisations?{query}");
        using var page = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
    }

    private async Task<List<string>> SelectAsync(string sql)
    {
#pragma warning disable CA2100 // Written above.
        await using var command = service.Database.CreateCommand(sql);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            names.Add((string)values[2]);
        }

        return names;
    }
}
