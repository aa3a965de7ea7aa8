using System.Globalization;
using System.Text.Json.Nodes;
using System.Web;

namespace OpenGov.SampleLoader;

/// <summary>
/// The sample exercise: Estado de México with its commitment of 2020 and its Technical Secretariat, Oaxaca's beside it, and two imported
/// plans. Every step can be repeated: what an earlier run did is found, not done twice.
/// </summary>
internal sealed class Sample(Options options)
{
    private const string Participants = "/api/participants/v1";
    private const string Plans = "/api/action-plans/v1";
    private const string Notifications = "/api/notifications/v1";

    private readonly Api nobody = new(options.Gateway);
    private readonly Accounts accounts = new(options.AccountsFile);

    public async Task LoadAsync()
    {
        var administrator = await SetUpAsync();
        Say("mail server");
        await SetMailServerAsync(administrator);
        Say("organisations");
        var secretariats = JsonNode.Parse(await DataFile.ReadAsync("secretariats.json"))!;
        var organisations = await RegisterOrganisationsAsync(administrator, secretariats);
        Say("accounts of the sample liaison and verifier");
        var liaison = await OpenAccountAsync(administrator, Accounts.Liaison, organisations["Infoem"]);
        var verifier = await OpenAccountAsync(administrator, Accounts.Verifier, organisations["SECOGEM"]);

        Say("plan of Estado de México");
        var exercise = new Exercise(administrator, liaison, verifier);
        await exercise.LoadAsync();
        Say("imported plans: Jalisco 2019-2020 and the federal plan 2011-2013");
        await ImportAsync(administrator, "jalisco-2019-2020.json");
        await ImportAsync(administrator, "federal-2011-2013.json");

        // Who follows already gets no second confirmation mail, so that step alone cannot be repeated and is remembered.
        var followed = options.AccountsFile + ".followed";
        if (options.MailPage is { } mail && !File.Exists(followed))
        {
            Say("a follower of the commitment");
            await new Follower(nobody, options.Gateway, mail).FollowAsync(await exercise.CommitmentAsync());
            await File.WriteAllTextAsync(followed, "");
        }

        Say("secretariats of Estado de México and Oaxaca");
        await new Secretariats(administrator, organisations).LoadAsync(secretariats);
        Say("progress reports with evidence");
        await exercise.ReportAsync();
        PrintAccounts();
    }

    private static void Say(string step) => Console.WriteLine($"  sample: {step}");

    private async Task<Api> SetUpAsync()
    {
        var state = await nobody.GetAsync($"{Participants}/set-up");
        string session;
        if (!state["administratorExists"]!.GetValue<bool>())
        {
            Say("first administrator");
            var key = options.SetupLink is { } link ? HttpUtility.ParseQueryString(new Uri(link).Query)["clave"] : null;
            if (key is null)
                throw new SampleException("the instance is not set up and no set-up link was given");
            var account = accounts[Accounts.Administrator];
            var created = await nobody.WriteAsync(HttpMethod.Post, $"{Participants}/set-up/administrator", new JsonObject
            {
                ["setupKey"] = key,
                ["email"] = account.Email,
                ["displayName"] = account.DisplayName,
                ["password"] = account.Password,
            });
            session = created["sessionToken"]!.GetValue<string>();
        }
        else
        {
            session = await accounts.SignInAsync(nobody, Accounts.Administrator);
        }

        var administrator = nobody.As(session);
        if (!state["instanceConfigured"]!.GetValue<bool>())
        {
            Say("the instance");
            await administrator.WriteAsync(HttpMethod.Put, $"{Participants}/set-up/instance", new JsonObject
            {
                ["cveEnt"] = "15",
                ["name"] = "Gobierno Abierto Estado de México",
                ["guarantor"] = new JsonObject
                {
                    ["name"] = "Instituto de Transparencia, Acceso a la Información Pública y Protección de Datos Personales del Estado de México y Municipios",
                    ["acronym"] = "Infoem",
                    ["kind"] = "GUARANTOR",
                },
                ["publicAddress"] = options.Gateway.GetLeftPart(UriPartial.Authority),
                ["theme"] = new JsonObject { ["primaryColour"] = "#8a2036", ["accentColour"] = "#b38e5d" },
                ["languages"] = new JsonArray("es-MX", "maz", "oto", "nah"),
                ["exampleData"] = true,
            });
        }

        var me = await administrator.GetAsync($"{Participants}/sessions/current");
        // The first administrator is operator already.
        if (!me["staffPosts"]!.AsArray().Any(post => post!["role"]!.GetValue<string>() == "EXECUTIVE_SECRETARY"))
        {
            await administrator.WriteAsync(
                HttpMethod.Post, $"{Participants}/accounts/{me["account"]!["id"]}/staff-posts", new JsonObject { ["role"] = "EXECUTIVE_SECRETARY" }, Api.Key("post EXECUTIVE_SECRETARY"));
        }

        return administrator;
    }

    private async Task SetMailServerAsync(Api administrator)
    {
        if (options.Smtp?.Split(':') is not [var host, var port])
            return;
        // The post of the administrator is on its way to Notifications.
        var set = await administrator.ReadWhenAllowedAsync($"{Notifications}/mail-server");
        await administrator.WriteAsync(HttpMethod.Put, $"{Notifications}/mail-server", new JsonObject
        {
            ["host"] = host,
            ["port"] = int.Parse(port, CultureInfo.InvariantCulture),
            ["security"] = "NONE",
            ["fromAddress"] = "avisos@ejemplo.mx",
            ["fromName"] = "Gobierno Abierto Estado de México",
        }, ifMatch: set["$etag"]?.GetValue<string>());
    }

    private async Task<Dictionary<string, string>> RegisterOrganisationsAsync(Api administrator, JsonNode secretariats)
    {
        var file = JsonNode.Parse(await DataFile.ReadAsync("organisations.json"))!;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await nobody.GetAsync($"{Participants}/organisations?limit=200{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            foreach (var organisation in page["items"]!.AsArray())
                Remember(known, organisation!);
            cursor = page["next"]?.GetValue<string>();
        }

        foreach (var organisation in file["organisations"]!.AsArray().Concat(secretariats["secretariats"]!.AsArray().SelectMany(one => one!["organisations"]!.AsArray())))
        {
            var name = organisation!["name"]!.GetValue<string>();
            if (known.ContainsKey(name))
                continue;
            var created = await administrator.WriteAsync(HttpMethod.Post, $"{Participants}/organisations", organisation.DeepClone(), Api.Key(name));
            known[name] = created["id"]!.GetValue<string>();
            Remember(known, created, organisation);
        }

        return known;
    }

    private static void Remember(Dictionary<string, string> known, JsonNode stored, JsonNode? asked = null)
    {
        var id = stored["id"]!.GetValue<string>();
        var details = asked ?? stored;
        known[details["name"]!.GetValue<string>()] = id;
        if (details["acronym"]?.GetValue<string>() is { } acronym)
            known[acronym] = id;
    }

    private async Task<Api> OpenAccountAsync(Api administrator, string role, string organisation)
    {
        var account = accounts[role];
        try
        {
            return nobody.As(await accounts.SignInAsync(nobody, role));
        }
        catch (SampleException)
        {
            // Not opened yet: the invitation below sets the password.
        }

        var path = $"{Participants}/accounts";
        var known = (await administrator.GetAsync($"{path}?limit=200"))["items"]!.AsArray().FirstOrDefault(one => one!["email"]!.GetValue<string>() == account.Email);
        var opened = known is null
            ? await administrator.WriteAsync(HttpMethod.Post, path, new JsonObject { ["email"] = account.Email, ["displayName"] = account.DisplayName })
            : await administrator.WriteAsync(HttpMethod.Post, $"{path}/{known["id"]}/invitations", null);
        if (known is not { } found || found["mandates"]!.AsArray().Count == 0)
            await administrator.WriteAsync(HttpMethod.Post, $"{path}/{known?["id"] ?? opened["id"]}/mandates", new JsonObject { ["organisationId"] = organisation }, Api.Key($"mandate {role}"));
        var token = opened["invitationLink"]!.GetValue<string>().Split('/')[^1];
        var notice = await nobody.GetAsync($"{Participants}/privacy-notice");
        var session = await nobody.WriteAsync(
            HttpMethod.Post, $"{Participants}/invitations/{token}", new JsonObject { ["password"] = account.Password, ["privacyNoticeId"] = notice["id"]!.GetValue<string>() });
        return nobody.As(session["sessionToken"]!.GetValue<string>());
    }

    private async Task ImportAsync(Api administrator, string file)
    {
        var plan = JsonNode.Parse(await DataFile.ReadAsync(file))!;
        var imported = await nobody.GetAsync($"{Plans}/imported-plans");
        if (imported["items"]!.AsArray().Any(known => known!["title"]!.GetValue<string>() == plan["title"]!.GetValue<string>()))
            return;
        await administrator.WriteAsync(HttpMethod.Post, $"{Plans}/plans/import", plan, Api.Key(file));
    }

    private void PrintAccounts()
    {
        Console.WriteLine();
        Console.WriteLine("Accounts of the sample (also in " + Path.GetFullPath(options.AccountsFile) + "):");
        foreach (var account in accounts.All)
            Console.WriteLine($"  {account.DisplayName,-40} {account.Email,-28} {account.Password}");
    }
}

/// <summary>Files shipped beside the program, made from the reference data of the specification.</summary>
internal static class DataFile
{
    public static Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data", name));
}
