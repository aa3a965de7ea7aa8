using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>Hostile sizes, numbers and slowness; and meanwhile somebody who only reads keeps being served.</summary>
[Collection(HammeredSystemCollection.Name)]
public sealed class LimitTests(HammeredSystem system)
{
    /// <summary>A bystander's page takes milliseconds; on a busy machine of two cores perhaps seconds.</summary>
    private static readonly TimeSpan Served = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Deep_and_huge_JSON_is_refused_while_others_are_served()
    {
        var before = ProcessMemory.Resident(system.App);
        await WhileOthersAreServedAsync(async () =>
        {
            foreach (var (caller, path) in new[]
                     {
                         (system.Nobody, "/api/participants/v1/sessions"), (system.Nobody, "/api/notifications/v1/subscriptions"), (system.Administrator, "/api/participants/v1/legal-profiles"),
                         (system.Secretary, "/api/action-plans/v1/plans/import"), (system.Secretary, "/api/participants/v1/organisations"),
                     })
            {
                (await PostAsync(caller, path, new string('[', 500_000))).ShouldBe(400, path);
                (await PostAsync(caller, path, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000))).ShouldBe(400, path);
                (await PostAsync(caller, path, "[" + string.Join(',', Enumerable.Repeat("{}", 300_000)) + "]")).ShouldBe(400, path);
                (await PostAsync(caller, path, $$"""{"unknownMember":"{{new string('a', 900_000)}}"}""")).ShouldBeOneOf(400, 422);
                (await PostAsync(caller, path, $$"""{"a":"{{new string('a', 3_000_000)}}"}""")).ShouldBe(413, path);
            }
        });

        var after = ProcessMemory.Resident(system.App);
        after.Values.Sum().ShouldBeLessThan(before.Values.Sum() * 1.5, $"before: {ProcessMemory.Describe(before)}; after: {ProcessMemory.Describe(after)}");
    }

    [Fact]
    public async Task Every_list_refuses_huge_pages_and_invented_cursors()
    {
        var lists = (await ApiDescription.ReadAsync(system)).Where(operation => operation.Method == HttpMethod.Get && operation.Parameters.Any(parameter => parameter.Name == "limit")
            // Participants applies nobody's facts, so there is no list of those that it could not apply.
            && !operation.Path.StartsWith("/api/participants/v1/operation", StringComparison.Ordinal)).ToList();
        lists.Count.ShouldBeGreaterThanOrEqualTo(6);
        var requests = await MatrixRequests.PrepareAsync(system);
        foreach (var path in lists.Select(list => requests.Of(list, system.Office).Path).Append("/api/transparency/v1/datasets/commitments/rows"))
        {
            foreach (var query in new[] { "limit=100000000", "limit=-1", "limit=0", "limit=99999999999999999999", "limit=x", "cursor=%00", "cursor=bm9uc2Vuc2U" })
            {
                using var client = system.Client();
                using var request = SecuredSystem.RequestOf(system.Office, HttpMethod.Get, $"{path}?{query}");
                using var answer = await client.SendAsync(request);
                // A cursor is only a place in the order: one that could have been given may be answered with an ordinary page.
                var isPlace = query == "cursor=bm9uc2Vuc2U" && answer.StatusCode == HttpStatusCode.OK;
                if (isPlace)
                    JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(200);
                else
                    ((int)answer.StatusCode).ShouldBe(400, $"{path}?{query}");
            }
        }
    }

    [Fact]
    public async Task A_request_with_two_lengths_is_refused()
    {
        (await RawAsync("POST /api/participants/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}GET ")).ShouldStartWith("HTTP/1.1 400");
        var both = await RawAsync("POST /api/participants/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        // RFC 9112 §6.3: the transfer coding counts and the connection ends, or the request is refused. Never two requests.
        both.ShouldStartWith("HTTP/1.1 4");
        both.Split("HTTP/1.1 ").Length.ShouldBe(2);
        (await RawAsync("POST /api/participants/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")).ShouldStartWith("HTTP/1.1 4");
        (await RawAsync("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
        (await RawAsync("GET / HTTP/1.1\r\nHost : x\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
    }

    [Fact]
    public async Task Uploads_beyond_25_MB_are_413_and_many_at_once_leave_the_service_serving()
    {
        await WhileOthersAreServedAsync(async () =>
        {
            (await UploadAsync(27 * 1024 * 1024, chunked: false)).ShouldBe(413);
            (await UploadAsync(27 * 1024 * 1024, chunked: true)).ShouldBe(413);
            var many = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => UploadAsync(2 * 1024 * 1024, chunked: number % 2 == 0)));
            many.ShouldAllBe(status => status == 201 || status == 409, "stored, or beyond what an institution may leave unused");
            many.ShouldContain(201);
        });
    }

    [Fact]
    public async Task Silent_and_slow_clients_hold_nothing_for_long_while_others_are_served()
    {
        const int Silent = 2000;
        const int Slow = 40;
        var before = ProcessMemory.Resident(system.App);
        var clients = new List<TcpClient>();
        try
        {
            await WhileOthersAreServedAsync(async () =>
            {
                for (var number = 0; number < Silent; number++)
                    clients.Add(await ConnectAsync());
                var unfinished = new List<TcpClient>();
                for (var number = 0; number < Slow; number++)
                {
                    var client = await ConnectAsync();
                    clients.Add(client);
                    unfinished.Add(client);
                    // A body that is announced and never comes, and headers that never end.
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(number % 2 == 0
                        ? "POST /api/participants/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                        : "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "));
                }

                // Ten seconds of patience for headers and bodies, twice that for a busy machine, and what the bookkeeping takes.
                foreach (var client in unfinished)
                    (await EndsAsync(client, TimeSpan.FromSeconds(45))).ShouldBeTrue("a client that never finishes its request must be let go");
            });
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        var after = ProcessMemory.Resident(system.App);
        after["gateway"].ShouldBeLessThan((before["gateway"] * 1.5) + 60, $"before: {ProcessMemory.Describe(before)}; after: {ProcessMemory.Describe(after)}");
    }

    /// <summary>Runs the attack; all the while a bystander reads a page, data and a list, and must get each in time.</summary>
    private async Task WhileOthersAreServedAsync(Func<Task> attack)
    {
        using var client = system.Client();
        client.Timeout = Served;
        var attacking = attack();
        var rounds = 0;
        do
        {
            foreach (var address in new[] { "/compromisos/MX-MEX-PAL01-C01", "/datos/commitments.csv", "/api/participants/v1/organisations", "/cuenta/entrar" })
            {
                var watch = Stopwatch.StartNew();
                using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, address);
                using var answer = await client.SendAsync(request);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{address} after {watch.ElapsedMilliseconds} ms");
            }

            rounds++;
            await Task.WhenAny(attacking, Task.Delay(200));
        }
        while (!attacking.IsCompleted || rounds < 2);
        await attacking;
        rounds.ShouldBeGreaterThan(0);
    }

    private async Task<int> PostAsync(Caller caller, string path, string json)
    {
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(caller, HttpMethod.Post, path);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = true;
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<int> UploadAsync(int size, bool chunked)
    {
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(system.Liaison, HttpMethod.Post, "/api/action-plans/v1/evidence-files?fileName=grande.bin");
        request.Content = new ByteArrayContent(new byte[size]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.TransferEncodingChunked = chunked;
        // Asked first, as clients of large files do: a refusal then arrives instead of a broken connection.
        request.Headers.ExpectContinue = true;
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, system.Origin.Port);
        return client;
    }

    private static async Task<bool> EndsAsync(TcpClient client, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        var buffer = new byte[4096];
        try
        {
            while (await client.GetStream().ReadAsync(buffer, patience.Token) > 0)
            {
                // The refusal before the end.
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, patience.Token);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
