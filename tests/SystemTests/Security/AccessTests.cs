using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// Role × operation × owner. The operations come from the OpenAPI documents of the running services, the expected answers from
/// <c>docs/security/access.md</c>.
/// </summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class AccessTests(SecuredSystem system)
{
    /// <summary>Where no call changes what another sees.</summary>
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 4 };

    private static readonly HashSet<string> EndsTheCallersSession = ["DELETE /api/participants/v1/sessions/current"];

    [Fact]
    public async Task Every_operation_is_in_the_access_table_and_the_table_names_no_other()
    {
        var described = (await ApiDescription.ReadAsync(system)).Select(operation => operation.Name).Concat(MatrixRequests.Variants.Select(variant => variant.Name)).ToList();
        var decided = AccessTable.Read().Keys.ToList();
        described.Except(decided).ShouldBeEmpty("somebody has to decide who may call these: docs/security/access.md");
        decided.Except(described).ShouldBeEmpty("these are gone from the services");
    }

    [Fact]
    public async Task Every_role_gets_what_the_access_table_says_on_every_operation()
    {
        var table = AccessTable.Read();
        var requests = await MatrixRequests.PrepareAsync(system, await system.ObjectsAsync());
        var variants = MatrixRequests.Variants.ToDictionary(variant => variant.Name, variant => variant.Operation, StringComparer.Ordinal);
        var differences = new List<string>();
        var rows = new List<string>();
        var operations = (await ApiDescription.ReadAsync(system)).ToDictionary(operation => operation.Name, StringComparer.Ordinal);
        // Last what ends the other sign-ins of its caller: one of them is what the liaison is to end before.
        foreach (var name in operations.Keys.Concat(MatrixRequests.Variants.Select(variant => variant.Name)).OrderBy(name => name == "DELETE /api/participants/v1/sessions/others"))
        {
            var operation = operations[variants.GetValueOrDefault(name, name)];
            var answers = new List<int>();
            foreach (var caller in system.Callers)
            {
                var who = EndsTheCallersSession.Contains(name) && caller.Session is not null ? await AgainAsync(caller) : caller;
                var status = await StatusAsync(operation, requests.Of(operation, caller, name), who.Session);
                answers.Add(status);
                if (table.TryGetValue(name, out var row) && row[caller.Name] != status)
                    differences.Add($"{name} as {caller.Name}: {status} instead of {row[caller.Name]}");
            }

            if (!table.ContainsKey(name))
                differences.Add($"{name} is not in the table");
            rows.Add($"| `{name}` | {string.Join(" | ", answers)} |");
        }

        differences.ShouldBeEmpty($"what the system answered:\n{string.Join('\n', rows)}");
    }

    /// <summary>A row in which everybody who may is told 404 says nothing about whose the thing is.</summary>
    [Fact]
    public void Every_operation_on_a_thing_is_tried_on_one_that_exists_but_for_a_few_with_a_reason()
    {
        SaysNothing(name => name.Contains('{', StringComparison.Ordinal)).ShouldBe(MatrixRequests.OnUnknownOnly.Keys, ignoreOrder: true);
        File.ReadAllText(Path.Combine(OpenGov.TestSupport.SourceTree.Root, "docs", "security", "README.md"))
            .ShouldContain($"{MatrixRequests.OnUnknownOnly.Count} operations, each with its reason (`MatrixRequests.OnUnknownOnly`)");
    }

    /// <summary>Without a thing in the address there is still somebody whose data it is: who has no warrant is told that there is nothing (DeskTests has one).</summary>
    [Fact]
    public void Of_the_operations_without_a_thing_only_those_that_take_a_warrant_say_nothing_about_whose_data_they_show() =>
        SaysNothing(name => !name.Contains('{', StringComparison.Ordinal)).Except(NobodysUnlessTyped)
            .ShouldBe(new[] { "participants", "action-plans", "transparency", "notifications" }.Select(service => $"GET /api/{service}/v1/personal-data"), ignoreOrder: true);

    /// <summary>What is tried with a password or a token that nobody has (SignInTests, SecondFactorTests, PasskeyTests, FollowTests have one).</summary>
    private static readonly string[] NobodysUnlessTyped =
    [
        "POST /api/participants/v1/sessions", "POST /api/participants/v1/sessions/second-step", "POST /api/participants/v1/sessions/passkey",
        "POST /api/notifications/v1/subscription-confirmations", "POST /api/notifications/v1/unsubscriptions",
    ];

    private static IEnumerable<string> SaysNothing(Func<string, bool> which) => AccessTable.Read()
        .Where(row => which(row.Key))
        .GroupBy(row => row.Key.Split(" (")[0], row => row.Value.Values)
        .Where(operation => operation.SelectMany(statuses => statuses).All(status => status is 401 or 403 or 404))
        .Select(operation => operation.Key);

    [Fact]
    public async Task A_token_that_has_expired_or_whose_session_has_ended_makes_its_bearer_nobody()
    {
        var table = AccessTable.Read();
        var requests = await MatrixRequests.PrepareAsync(system, await system.ObjectsAsync());

        // Somebody who may do almost everything, in a session of its own.
        var ended = await AgainAsync(system.Administrator);
        var endedToken = await Credentials.TokenOfAsync(system, ended);
        var living = await Credentials.TokenOfAsync(system, system.Administrator);
        var now = DateTimeOffset.UtcNow;
        var expired = await Credentials.SignedAsync(system, living, now.AddMinutes(-6), now.AddMinutes(-1));
        var overlong = await Credentials.SignedAsync(system, living, now.AddSeconds(-5), now.AddHours(1));
        var control = await Credentials.SignedAsync(system, living, now.AddSeconds(-5), now.AddMinutes(4));
        var accounts = new MatrixRequest("/api/participants/v1/accounts");
        (await StatusOfTokenAsync(HttpMethod.Get, accounts, control)).ShouldBe(200, "the key and the claims are right; only the times are not");
        (await StatusOfTokenAsync(HttpMethod.Get, accounts, endedToken)).ShouldBe(200);
        await system.SendAsync(ended, HttpMethod.Delete, "/api/participants/v1/sessions/current");
        await Support.Eventually.HoldsAsync(
            async () => await StatusOfTokenAsync(HttpMethod.Get, new MatrixRequest("/api/notifications/v1/mail-server"), endedToken) == 401
                && await StatusOfTokenAsync(HttpMethod.Get, new MatrixRequest("/api/action-plans/v1/my/activities"), endedToken) == 401,
            TimeSpan.FromSeconds(30),
            "the end of the session to arrive at the services");

        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(await ApiDescription.ReadAsync(system), AtOnce, async (operation, _) =>
        {
            if (!table.TryGetValue(operation.Name, out var row))
                return;
            foreach (var (kind, token) in new[] { ("expired", expired), ("overlong", overlong), ("ended", endedToken) })
            {
                var status = await StatusOfTokenAsync(operation.Method, requests.Of(operation, system.Nobody), token);
                if (status != row["anonymous"])
                    differences.Add($"{operation.Name} with the {kind} token: {status} instead of {row["anonymous"]}");
            }

            if (await StatusAsync(operation, requests.Of(operation, system.Nobody), ended.Session) is var ofCookie && ofCookie != row["anonymous"])
                differences.Add($"{operation.Name} with the ended session's cookie: {ofCookie} instead of {row["anonymous"]}");
        });

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_object_that_does_not_exist_is_404_for_everybody_who_may_ask()
    {
        var table = AccessTable.Read();
        var requests = await MatrixRequests.PrepareAsync(system, await system.ObjectsAsync());
        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(await ApiDescription.ReadAsync(system), AtOnce, async (operation, _) =>
        {
            if (!table.TryGetValue(operation.Name, out var row))
                return;
            foreach (var caller in system.Callers)
            {
                if (requests.OfUnknown(operation, caller) is not { } request)
                    continue;
                var status = await StatusAsync(operation, request, caller.Session);
                // Refused for who they are where the table says so, else not found: never a success, never a hint.
                var isRight = status == 404 || (row[caller.Name] is 401 or 403 && status == row[caller.Name]);
                if (!isRight)
                    differences.Add($"{operation.Name} as {caller.Name}: {status}");
            }
        });

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_the_office_send_strangers_to_the_sign_in_and_refuse_those_without_a_post()
    {
        foreach (var page in new[]
                 {
                     "/administracion", "/administracion/organizaciones", "/administracion/cuentas", "/administracion/cuentas/nueva", "/administracion/planes",
                     "/administracion/planes/importar", "/administracion/correo", "/administracion/envios", "/administracion/perfil-legal", "/administracion/sitio",
                 })
        {
            using var client = system.Client();
            using var asked = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, page);
            using var answer = await client.SendAsync(asked);
            ((int)answer.StatusCode).ShouldBeInRange(302, 303, page);
            answer.Headers.Location!.ToString().ShouldStartWith("/cuenta/entrar", Case.Sensitive, page);
            (await system.StatusAsync(system.Citizen, page)).ShouldBe(403, page);
            (await system.StatusAsync(system.Liaison, page)).ShouldBe(403, page);
        }
    }

    [Fact]
    public async Task A_file_that_no_report_carries_yet_is_nobodys()
    {
        using var client = system.Client();
        using var upload = SecuredSystem.RequestOf(system.Liaison, HttpMethod.Post, "/api/action-plans/v1/evidence-files?fileName=borrador.txt");
        upload.Content = new ByteArrayContent("Todavía no es público"u8.ToArray());
        using var stored = await client.SendAsync(upload);
        stored.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var file = (await stored.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonObject>())!["id"]!.GetValue<string>();
        foreach (var caller in system.Callers)
            (await system.StatusAsync(caller, $"/api/action-plans/v1/evidence-files/{file}")).ShouldBe(404, caller.Name);
    }

    private Task<Caller> AgainAsync(Caller caller) => caller.Email!.EndsWith("@prueba.example", StringComparison.Ordinal)
        ? system.SignInAsync(caller.Name, caller.Email, SecuredSystem.Password)
        : system.SignInSampleAsync(caller.Name == "liaison" ? "liaison" : "verifier");

    private async Task<int> StatusAsync(ApiOperation operation, MatrixRequest request, string? session)
    {
        using var message = SecuredSystem.RequestOf(new Caller("", session, null), operation.Method, request.Path, request.Body);
        return await SendAsync(message, request);
    }

    private async Task<int> StatusOfTokenAsync(HttpMethod method, MatrixRequest request, string token)
    {
        using var message = SecuredSystem.RequestOf(system.Nobody, method, request.Path, request.Body);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(message, request);
    }

    private async Task<int> SendAsync(HttpRequestMessage message, MatrixRequest request)
    {
        if (request.Bytes is { } bytes)
        {
            message.Content = new ByteArrayContent(bytes);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        }

        if (request.IfMatch is { } version)
            message.Headers.TryAddWithoutValidation("If-Match", version);
        using var client = system.Client();
        using var answer = await client.SendAsync(message);
        return (int)answer.StatusCode;
    }
}
