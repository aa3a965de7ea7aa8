using System.Net.Http.Headers;
using System.Text;

namespace OpenGov.SystemTests.Security;

/// <summary>What every answer carries, and what none gives away.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class HeaderTests(SecuredSystem system)
{
    private static readonly string[] Pages =
    [
        "/", "/plan", "/compromisos", "/compromisos/MX-MEX-PAL01-C01", "/planes-importados", "/planes-importados/jalisco-2019-2020", "/datos", "/datos/commitments", "/cuenta/entrar",
        "/avisos/seguir/MX-MEX-PAL01-C01", "/avisos/confirmar/nobody-has-this-one", "/avisos/baja/nobody-has-this-one", "/cuenta/invitacion/nobody-has-this-one", "/configurar",
        "/accesibilidad", "/privacidad", "/no-existe", "/tema.css", "/health", "/alive", "/.well-known/open-government", "/internal/events", "/api/nobody/v1/x",
    ];

    private static readonly string[] Probes = ["/health", "/alive"];

    [Fact]
    public async Task Every_public_address_carries_the_headers_of_its_kind()
    {
        var requests = await MatrixRequests.PrepareAsync(system);
        var reads = (await ApiDescription.ReadAsync(system)).Where(operation => operation.Method == HttpMethod.Get).Select(operation => requests.Of(operation, system.Nobody).Path);
        var wrong = new List<string>();
        using var client = system.Client();
        foreach (var address in Pages.Concat(reads))
        {
            using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, address);
            using var answer = await client.SendAsync(request);
            wrong.AddRange(Wrong(answer).Select(what => $"{address}: {what}"));
        }

        wrong.ShouldBeEmpty();
    }

    /// <summary>Browsers, and proxies that a company puts before them, keep nothing that was meant for one person; what is public by its hash is the same for everybody.</summary>
    [Fact]
    public async Task No_answer_to_somebody_who_is_signed_in_is_stored()
    {
        var requests = await MatrixRequests.PrepareAsync(system, await system.ObjectsAsync());
        var reads = (await ApiDescription.ReadAsync(system)).Where(operation => operation.Method == HttpMethod.Get).ToList();
        var (wrong, answered, everybodys) = (new List<string>(), 0, 0);
        using var client = system.Client();
        foreach (var caller in new[] { system.Office, system.Liaison })
        {
            foreach (var operation in reads)
            {
                var path = requests.Of(operation, caller).Path;
                using var request = SecuredSystem.RequestOf(caller, HttpMethod.Get, path);
                using var answer = await client.SendAsync(request);
                answered += answer.IsSuccessStatusCode ? 1 : 0;
                if (answer.Headers.CacheControl is { NoStore: true })
                    continue;
                everybodys++;
                if (answer.Headers.CacheControl is null || !await IsEverybodysAsync(client, caller, path))
                    wrong.Add($"{operation.Name} as {caller.Name}: {(int)answer.StatusCode} {answer.Headers.CacheControl}");
            }
        }

        wrong.ShouldBeEmpty();
        answered.ShouldBeGreaterThan(150, "refusals alone would say little");
        everybodys.ShouldBeInRange(1, 50, "what the public reads as well: who the instance is, keys, classifications, files");
    }

    /// <summary>What a cache may keep is what nobody in particular is told, to the byte. Other tests write meanwhile, so it is looked at again.</summary>
    private async Task<bool> IsEverybodysAsync(HttpClient client, Caller caller, string path)
    {
        for (var look = 0; look < 3; look++)
        {
            using var own = SecuredSystem.RequestOf(caller, HttpMethod.Get, path);
            using var nobodys = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, path);
            using var told = await client.SendAsync(own);
            using var toldNobody = await client.SendAsync(nobodys);
            var (bytes, nobodysBytes) = (await told.Content.ReadAsByteArrayAsync(), await toldNobody.Content.ReadAsByteArrayAsync());
            if (told.StatusCode == toldNobody.StatusCode && bytes.SequenceEqual(nobodysBytes))
                return true;
        }

        return false;
    }

    [Fact]
    public async Task The_cookies_of_a_sign_in_are_kept_from_scripts_and_other_sites()
    {
        using var client = system.Client();
        foreach (var scheme in new[] { "http", "https" })
        {
            using var signIn = SignIn("/cuenta");
            signIn.Headers.Add("X-Forwarded-Proto", scheme);
            using var answer = await client.SendAsync(signIn);
            var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
            cookies.Select(cookie => cookie.Split('=')[0]).ShouldBe(scheme == "https" ? ["__Host-og_session", "__Host-og_device"] : ["og_session", "og_device"], ignoreOrder: true);
            foreach (var cookie in cookies)
            {
                var parts = cookie.Split("; ").Skip(1).Select(part => part.ToLowerInvariant()).ToList();
                parts.ShouldContain("httponly", cookie);
                parts.ShouldContain(part => part == "samesite=lax" || part == "samesite=strict", cookie);
                parts.ShouldContain(part => part.StartsWith("path=/", StringComparison.Ordinal), cookie);
                parts.ShouldNotContain(part => part.StartsWith("domain", StringComparison.Ordinal), cookie);
                parts.Contains("secure").ShouldBe(scheme == "https", $"{scheme}: {cookie}");
            }

            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Signing_out_clears_what_the_browser_keeps()
    {
        using var client = system.Client();
        using var signIn = SignIn("/cuenta");
        using var signedIn = await client.SendAsync(signIn);
        var session = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("og_session=", StringComparison.Ordinal)).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cuenta/salir") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Cookie", session);
        using var answer = await client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(303);
        answer.Headers.GetValues("Clear-Site-Data").Single().ShouldBe("\"cache\", \"storage\"");
        answer.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("og_session=;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/cuenta\r\nX-Injected: 1")]
    [InlineData(" //evil.example")]
    public async Task The_way_back_after_the_sign_in_stays_on_this_site(string way)
    {
        using var client = system.Client();
        using var signIn = SignIn(way);
        using var answer = await client.SendAsync(signIn);
        answer.Headers.Location!.ToString().ShouldBe("/cuenta");
        answer.Headers.Contains("X-Injected").ShouldBeFalse();
    }

    [Fact]
    public async Task A_failure_tells_nothing_of_the_inside()
    {
        using var client = system.Client();
        foreach (var (path, body) in new[]
                 {
                     ("/api/participants/v1/sessions", "{"), ("/api/participants/v1/sessions", """{"email":1}"""), ("/api/notifications/v1/subscriptions", """{"subject":{"kind":"x"}}"""),
                     ("/api/participants/v1/sessions", new string('[', 5000)), ("/cuenta/entrar", "%ff=%00"), ("/api/notifications/v1/unsubscriptions", "null"),
                 })
        {
            using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Post, path);
            request.Content = new StringContent(body, Encoding.UTF8, path.StartsWith("/api", StringComparison.Ordinal) ? "application/json" : "application/x-www-form-urlencoded");
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            ((int)answer.StatusCode).ShouldBeInRange(400, 499, text);
            foreach (var inside in new[] { "   at ", "Exception", "Npgsql", "PostgreSQL", OpenGov.TestSupport.SourceTree.Root, "src/", "127.0.0.1", "select ", "System.", "OpenGov.", ".NET", "BytePosition" })
                text.ShouldNotContain(inside, Case.Sensitive, $"{path} {body[..Math.Min(20, body.Length)]}");
        }
    }

    private static IEnumerable<string> Wrong(HttpResponseMessage answer)
    {
        string One(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
        var policy = One("Content-Security-Policy");
        foreach (var directive in new[] { "default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'" })
        {
            if (!policy.Contains(directive, StringComparison.Ordinal))
                yield return $"the content policy lacks {directive}";
        }

        if (policy.Contains("unsafe", StringComparison.Ordinal) || policy.Contains('*', StringComparison.Ordinal))
            yield return $"the content policy allows too much: {policy}";
        if (One("X-Content-Type-Options") != "nosniff")
            yield return "no nosniff";
        if (One("Referrer-Policy") != "same-origin")
            yield return "no referrer policy";
        if (One("Cross-Origin-Opener-Policy") != "same-origin")
            yield return "no opener policy";
        foreach (var name in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "Set-Cookie" })
        {
            if (answer.Headers.Contains(name))
                yield return $"{name}: {One(name)}";
        }

        MediaTypeHeaderValue? type = answer.Content.Headers.ContentType;
        if (answer.Content.Headers.ContentLength is not 0 && type is null)
            yield return "no content type";
        // Of a file that somebody sent only the beginning is known to be UTF-8; probes are ASCII.
        var mayLackCharset = type?.MediaType == "text/plain" && (answer.Content.Headers.ContentDisposition?.DispositionType == "attachment" || Probes.Contains(answer.RequestMessage!.RequestUri!.AbsolutePath, StringComparer.Ordinal));
        if (type?.MediaType?.StartsWith("text/", StringComparison.Ordinal) == true && type.CharSet is null && !mayLackCharset)
            yield return $"{type.MediaType} without a charset";
    }

    private HttpRequestMessage SignIn(string way)
    {
        var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Post, "/cuenta/entrar");
        request.Content = new FormUrlEncodedContent([new("email", system.Citizen.Email!), new("password", SecuredSystem.Password), new("volver", way)]);
        return request;
    }
}
