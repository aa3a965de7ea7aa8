using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OpenGov.Portal.Http;

/// <summary>
/// Calls a service on behalf of the person whose request is being answered: passes on the gateway's token and the language,
/// bounds the wait, and turns what comes back into an <see cref="Answer{T}"/>.
/// </summary>
public sealed class ServiceCaller(IHttpClientFactory clients, IHttpContextAccessor accessor, PageSources sources, ILogger<ServiceCaller> log)
{
    /// <summary>A page is worth a short wait; after it the section says that it is not available.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Publishing or importing a plan is one long transaction.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(40);

    /// <summary>25 MB over a slow line.</summary>
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(2);

    private static readonly string[] Passed = ["X-Forwarded-For", "User-Agent"];

    public Task<Answer<T>> GetAsync<T>(string service, string path) =>
        SendAsync<T>(service, new HttpRequestMessage(HttpMethod.Get, path), ReadTimeout);

    /// <param name="header">One more, with its value.</param>
    public Task<Answer<T>> GetAsync<T>(string service, string path, (string Name, string Value) header)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return SendAsync<T>(service, request, ReadTimeout);
    }

    /// <param name="version">Sent as <c>If-Match</c>: the version that the person saw.</param>
    /// <param name="idempotencyKey">Key of the form's rendering, so that a double click creates once.</param>
    public Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string service, string path, object? body = null, string? version = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: PortalJson.Options);
        if (!string.IsNullOrEmpty(version))
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        if (!string.IsNullOrEmpty(idempotencyKey))
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return SendAsync<T>(service, request, WriteTimeout);
    }

    /// <summary>Passes a body on as it arrives, without keeping it.</summary>
    public Task<Answer<T>> UploadAsync<T>(HttpMethod method, string service, string path, Stream content, string mediaType, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = new StreamContent(content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(mediaType, out var type) ? type : new("application/octet-stream");
        if (!string.IsNullOrEmpty(idempotencyKey))
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return SendAsync<T>(service, request, UploadTimeout);
    }

    /// <summary>Writes what comes into a stream as it comes.</summary>
    /// <returns>False where it did not come, or not to its end.</returns>
    public async Task<bool> DownloadAsync(string service, string path, (string Name, string Value) header, Stream into)
    {
        var http = accessor.HttpContext!;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        PassOn(http, request);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        wait.CancelAfter(UploadTimeout);
        try
        {
            using var client = clients.CreateClient(service);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, wait.Token);
            if (!response.IsSuccessStatusCode)
                return false;
            await response.Content.CopyToAsync(into, wait.Token);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException or Polly.Timeout.TimeoutRejectedException)
        {
            log.LogWarning(failure, "{Service} did not give a file to its end", service);
            return false;
        }
    }

    private static void PassOn(HttpContext http, HttpRequestMessage request)
    {
        if (http.Request.Headers.Authorization is { Count: > 0 } authorization)
            request.Headers.TryAddWithoutValidation("Authorization", (string?)authorization);
        // Limits are kept by network, and a sign-in says from which kind of browser it came.
        foreach (var name in Passed)
        {
            if (http.Request.Headers[name] is { Count: > 0 } value)
                request.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(CultureInfo.CurrentUICulture.Name));
    }

    private async Task<Answer<T>> SendAsync<T>(string service, HttpRequestMessage request, TimeSpan timeout)
    {
        var http = accessor.HttpContext!;
        using var sent = request;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        wait.CancelAfter(timeout);
        PassOn(http, request);
        try
        {
            using var client = clients.CreateClient(service);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, wait.Token);
            sources.Add(request.Method, response);
            return await ReadAsync<T>(response, wait.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException or JsonException or Polly.Timeout.TimeoutRejectedException
            && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning(failure, "{Service} did not answer {Method}", service, request.Method);
            sources.Incomplete();
            return new Answer<T>(0, default, null, null);
        }
    }

    private static async Task<Answer<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var etag = response.Headers.ETag?.Tag.Trim('"');
        if (!response.IsSuccessStatusCode)
        {
            var isProblem = response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json";
            var problem = isProblem ? await response.Content.ReadFromJsonAsync<ServiceProblem>(PortalJson.Options, cancellationToken) : null;
            return new Answer<T>(status, default, etag, problem, response.Headers.RetryAfter?.Delta);
        }

        var hasBody = typeof(T) != typeof(Nothing) && response.StatusCode is not System.Net.HttpStatusCode.NoContent
            && response.Content.Headers.ContentLength is not 0;
        var value = hasBody ? await response.Content.ReadFromJsonAsync<T>(PortalJson.Options, cancellationToken) : default;
        return new Answer<T>(status, value, etag, null);
    }
}
