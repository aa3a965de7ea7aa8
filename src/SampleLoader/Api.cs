using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenGov.SampleLoader;

/// <summary>The instance refused something; the message says what and why.</summary>
internal sealed class SampleException(string message) : Exception(message);

/// <summary>The public API through the gateway, as one account or as nobody.</summary>
internal sealed class Api(Uri gateway, string? sessionToken = null)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Api As(string token) => new(gateway, token);

    public async Task<JsonNode> GetAsync(string path) => await JsonAsync(await SendAsync(HttpMethod.Get, path));

    public async Task<JsonNode?> FindAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await JsonAsync(answer);
    }

    /// <summary>A write. <paramref name="key"/> makes a repeated run find what the first one created.</summary>
    public async Task<JsonNode> WriteAsync(HttpMethod method, string path, JsonNode? body, string? key = null, string? ifMatch = null) =>
        await JsonAsync(await SendAsync(method, path, body is null ? null : JsonContent.Create(body), key, ifMatch));

    public async Task<JsonNode> UploadAsync(string path, byte[] file, string mediaType, string key)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new(mediaType);
        return await JsonAsync(await SendAsync(HttpMethod.Post, path, content, key));
    }

    /// <summary>
    /// A write that depends on a fact on its way between services (a new post or mandate): refused for lack of
    /// permission, it is tried again for up to twenty seconds.
    /// </summary>
    public async Task<JsonNode> WriteWhenAllowedAsync(HttpMethod method, string path, JsonNode? body, string? key = null, string? ifMatch = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await SendAsync(method, path, body is null ? null : JsonContent.Create(body.DeepClone()), key, ifMatch);
            var notYet = answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict;
            if (!notYet || attempt == 40)
                return await JsonAsync(answer);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <inheritdoc cref="WriteWhenAllowedAsync"/>
    public async Task<JsonNode> ReadWhenAllowedAsync(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await SendAsync(HttpMethod.Get, path);
            if (answer.StatusCode != HttpStatusCode.Forbidden || attempt == 40)
                return await JsonAsync(answer);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway, path)) { Content = content };
        if (sessionToken is not null)
            request.Headers.Add("Cookie", $"og_session={sessionToken}");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        return await Http.SendAsync(request);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
                throw new SampleException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}: {text}");
            var json = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
            if (json is JsonObject body && answer.Headers.ETag is { } etag)
                body["$etag"] = etag.Tag;
            return json;
        }
    }

    /// <summary>The same key in every run: 8 to 128 letters, digits and hyphens.</summary>
    public static string Key(string what) =>
        $"sample-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..32]}";
}
