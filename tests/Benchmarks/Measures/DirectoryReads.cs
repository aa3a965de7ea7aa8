using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using OpenGov.Benchmarks.Harness;

namespace OpenGov.Benchmarks.Measures;

/// <summary>
/// The public directory with 50,000 organisations beside 200,000 people: first page, search and filter over HTTP, as deployed and without a cache,
/// beside <c>pgbench</c> with the same queries on the same database and as many clients; then the service's memory over all pages.
/// </summary>
internal static partial class DirectoryReads
{
    private const int Organisations = 50_000;
    private const int People = 200_000;
    private const string Address = "/api/participants/v1/organisations";
    private const string Columns = "id, version, name, acronym, kind, sector, cvegeo, municipality, purpose, website, registered_at, successor_id, name_key";

    private static readonly (string Name, string Query, string Sql)[] Questions =
    [
        ("first page", "limit=50", $"select {Columns} from organisation order by name_key limit 51;"),
        ("search of two words", "limit=50&q=red%20del%20agua",
            $"""
            select {Columns} from organisation
            where search_vector @@ ('''red'':*'::tsquery || plainto_tsquery('pg_catalog.spanish', 'red')) and search_vector @@ ('''agua'':*'::tsquery || plainto_tsquery('pg_catalog.spanish', 'agua'))
            order by name_key limit 51;
            """),
        ("search of one organisation", "limit=50&q=red%204f", $"select {Columns} from organisation where search_vector @@ ('''red'':*'::tsquery || plainto_tsquery('pg_catalog.spanish', 'red')) and search_vector @@ ('''4f'':*'::tsquery || plainto_tsquery('pg_catalog.spanish', '4f')) order by name_key limit 51;"),
        ("filter by sector and place", "limit=50&sector=CIVIL_SOCIETY&municipality=Toluca", $"select {Columns} from organisation where sector = 'CIVIL_SOCIETY' and municipality_key = 'toluca' order by name_key limit 51;"),
    ];

    public static async Task RunAsync(MeasuredSystem system, Report report, Settings settings)
    {
        var connection = await system.ConnectionStringAsync("participants-db");
        await FillAsync(connection);
        foreach (var (name, query, sql) in Questions)
        {
            var (service, gateway) = (system.At("participants", $"{Address}?{query}"), system.At(MeasuredSystem.UncachedGateway, $"{Address}?{query}"));
            var instance = new Uri(system.Origin, $"{Address}?{query}");
            foreach (var address in new[] { service, gateway, instance })
                await Wrk.WarmAsync(address);
            var sides = await Interleaved.RunAsync(
                settings.Rounds,
                () => Wrk.RunAsync(service, settings.Seconds),
                () => PgbenchAsync(connection, sql, settings.Seconds),
                () => Wrk.RunAsync(gateway, settings.Seconds),
                () => Wrk.RunAsync(instance, settings.Seconds));
            report.Add(new Comparison($"directory: {name}, as deployed", "answers/s", "gateway with its cache", "pgbench, the same query", sides[3], sides[1], new Target(0.5)));
            report.Add(new Comparison($"directory: {name}", "answers/s", "service", "pgbench, the same query", sides[0], sides[1], new Target(0.5)));
            report.Add(new Comparison($"directory: {name}, through the gateway without its cache", "answers/s", "gateway and service", "pgbench, the same query", sides[2], sides[1], null));
        }

        await PagesAsync(system, report);
    }

    /// <summary>All pages, three times over: what is kept of a page would show as growth from the first time to the last.</summary>
    private static async Task PagesAsync(MeasuredSystem system, Report report)
    {
        using var http = new HttpClient();
        var before = Memory.Of(system, "participants");
        var (after, pages) = (new List<double>(), 0);
        for (var time = 0; time < 3; time++)
        {
            pages = 0;
            for (string? cursor = null; ; pages++)
            {
                var page = JsonNode.Parse(await http.GetStringAsync(system.At("participants", $"{Address}?limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}")))!;
                if ((cursor = page["next"]?.GetValue<string>()) is null)
                    break;
            }

            after.Add(Memory.Of(system, "participants"));
        }

        if (pages < Organisations / 200)
            throw new InvalidOperationException($"Only {pages} pages of the directory were read.");
        report.Add(new Figure("directory: memory of the service before all pages", "MB", before));
        report.Add(new Figure("directory: memory of the service after all pages", "MB", after[0]));
        report.Add(new Figure("directory: growth while all pages are read twice more", "MB", after[^1] - after[0], new Target(32, AtLeast: false)));
    }

    private static async Task<double> PgbenchAsync(string connection, string sql, int seconds)
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        var script = Path.GetTempFileName();
        try
        {
            // pgbench takes a statement from one line to its semicolon.
            await File.WriteAllTextAsync(script, sql.ReplaceLineEndings(" "));
            var clients = Wrk.Connections.ToString(CultureInfo.InvariantCulture);
            var output = await Programs.RunAsync(
                "pgbench",
                ["-n", "-M", "prepared", "-f", script, "-c", clients, "-j", "1", "-T", $"{seconds}", "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, server.Database!],
                TimeSpan.FromSeconds(seconds + 60),
                ("PGPASSWORD", server.Password!));
            return double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task FillAsync(string connection)
    {
        string[] first = ["Red", "Observatorio", "Consejo", "Alianza"], second = ["Agua", "Aire", "Bosques", "Archivos", "Calles"], places = ["Toluca", "Metepec", "Texcoco"];
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false;Command Timeout=300");
        await using var open = await source.OpenConnectionAsync();
        await using (var copy = await open.BeginTextImportAsync(
            "copy organisation (id, version, name, name_key, search_text, look_key, kind, sector, registered_at, named_at, municipality, municipality_key, purpose) from stdin"))
        {
            for (var n = 0; n < Organisations; n++)
            {
                // Spread over the alphabet as names are, and the same in every run.
                var mark = ((uint)n * 2654435761).ToString("x8", CultureInfo.InvariantCulture);
                var (name, place) = ($"{first[n % 4]} del {second[n % 5]} {mark}", places[n % 3]);
                var key = name.ToLowerInvariant();
                await copy.WriteLineAsync($"{Guid.CreateVersion7()}\t1\t{name}\t{key}\t{key} {place.ToLowerInvariant()}\t{key.Replace(" ", "", StringComparison.Ordinal)}\tCITIZEN_COUNCIL\tCIVIL_SOCIETY\t2026-01-01\t2026-01-01\t{place}\t{place.ToLowerInvariant()}\tVigilar el gasto público del municipio");
            }
        }

        await using (var copy = await open.BeginTextImportAsync("copy account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at) from stdin"))
        {
            for (var n = 0; n < People; n++)
                await copy.WriteLineAsync($"{Guid.CreateVersion7()}\tpersona{n}@medida.example\tPERSONA{n}@MEDIDA.EXAMPLE\tPersona {n}\t-\t-\t2026-01-01");
        }

        await using var organisations = new NpgsqlCommand("vacuum analyze organisation", open);
        await organisations.ExecuteNonQueryAsync();
        await using var accounts = new NpgsqlCommand("vacuum analyze account", open);
        await accounts.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"tps = (?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
