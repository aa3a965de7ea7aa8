using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenGov.SystemTests.Security;

/// <summary>What came of a walk.</summary>
/// <param name="Fields">Strings of requests that were made hostile, by operation and place.</param>
/// <param name="Stored">Those of them that were in a request that was done.</param>
/// <param name="Parameters">Parameters of addresses that were made hostile.</param>
/// <param name="Troubles">Answers that no hostile text may cause.</param>
internal sealed record WalkFindings(IReadOnlySet<string> Fields, IReadOnlySet<string> Stored, IReadOnlySet<string> Parameters, IReadOnlyList<string> Troubles);

/// <summary>
/// Sends every operation of the OpenAPI documents with hostile texts in all its strings, from somebody whom the access table lets through and
/// on objects that exist; where some are refused, again with the others.
/// </summary>
internal sealed partial class HostileWalk(SecuredSystem system, KnownObjects objects, MatrixRequests requests, Caller person) : IDisposable
{
    /// <summary>What all other tests stand on is asked without the version that it takes: hostile texts come as far as they can without being kept.</summary>
    private static readonly HashSet<string> KeptAsTheyAre =
    [
        "PUT /api/participants/v1/instance", "PUT /api/participants/v1/set-up/instance", "PUT /api/notifications/v1/mail-server", "PUT /api/participants/v1/sign-in-policy",
        "PUT /api/participants/v1/organisations/{id}", "POST /api/participants/v1/organisations/{id}/succession", "POST /api/participants/v1/organisations/{id}/succession/undo",
        "POST /api/action-plans/v1/plans/{id}/publication", "POST /api/action-plans/v1/commitments/{id}/withdrawal",
    ];

    /// <summary>And without the day from which they would be in force.</summary>
    private static readonly Dictionary<string, string> NotInForce = new(StringComparer.Ordinal)
    {
        ["POST /api/participants/v1/legal-profiles"] = "validFrom",
        ["POST /api/participants/v1/privacy-notices"] = "inForceOn",
    };

    /// <summary>After these a thing takes no more texts.</summary>
    private static readonly string[] Ends = ["/end", "/cancellation", "/closing", "/close", "/withdrawal", "/removal", "/enactment", "/refusal", "/answer", "/redirection", "/results", "/person", "/rectification"];

    /// <summary>After these the person is signed in nowhere: all else comes before.</summary>
    private static readonly string[] EndsSessions = ["/password-resets/{token}", "/sessions/others", "/account/password"];

    private const string OverLong = "over-long";

    /// <summary>Characters of all over-long texts of a body: beyond 1 MB the gateway refuses it before any field is looked at.</summary>
    private const int MostOverLong = 100_000;

    /// <summary>Each class of texts once in every string. The first are numbered, to be found on pages.</summary>
    private static readonly (string Class, Func<Marks, string, string> Text)[] Classes =
    [
        ("script", (marks, place) => marks.Text(place, 180, "Texto de prueba")),
        ("SQL", (_, _) => "x' or '1'='1'; drop table organisation; --"),
        ("formula", (_, _) => "@SUM(1+1)*cmd|' /C calc'!A0"),
        ("control characters", (_, _) => "a\0b\u0007c\u001bd\u0085e\u202ef\ufeffg"),
        ("look-alikes", (_, _) => "Inf\u043eem \u0406nstituto\u200b\u00ad \ufb01n\u0065\u0301\u0301"),
        (OverLong, (_, _) => string.Concat(Enumerable.Repeat("ñ😀 ", 12_000))),
    ];

    /// <summary>Where a form of its own is asked for.</summary>
    private static readonly string[] OutOfForm = ["'; select 1; --", "<script>alert(1)</script>", "9999-12-31T23:59:59.9999999+14:00"];

    private readonly HashSet<string> fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> parameters = new(StringComparer.Ordinal);
    private readonly List<string> troubles = [];
    private readonly HttpClient client = system.Client();

    public async Task<WalkFindings> GoAsync()
    {
        var table = AccessTable.Read();
        var wasSignedIn = false;
        foreach (var operation in (await ApiDescription.ReadAsync(system)).OrderBy(Turn))
        {
            if (Turn(operation) == 2 && !wasSignedIn)
            {
                // Otherwise much of the walk was a stranger's, whom nothing is taken from.
                wasSignedIn = await system.StatusAsync(person, "/api/participants/v1/sessions/current") == 200;
                if (!wasSignedIn)
                    troubles.Add("the person's session ended on the way");
            }

            var caller = Allowed(table[operation.Name]);
            if (operation.Body is not null)
                await BodiesAsync(operation, caller);
            foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "query"))
                await ParameterAsync(operation, caller, parameter);
        }

        return new WalkFindings(fields, stored, parameters, troubles);
    }

    private static int Turn(ApiOperation operation)
    {
        bool IsOneOf(string[] paths) => Array.Exists(paths, end => operation.Path.EndsWith(end, StringComparison.Ordinal));
        return IsOneOf(EndsSessions) ? 2 : IsOneOf(Ends) ? 1 : 0;
    }

    /// <summary>Somebody of whom nobody else needs anything where anybody may; else who may.</summary>
    private Caller Allowed(IReadOnlyDictionary<string, int> row)
    {
        if (row["citizen"] is not (401 or 403 or 404))
            return person;
        return new[] { system.Secretary, system.Administrator, system.Operator, system.Liaison, system.OtherLiaison }.FirstOrDefault(caller => row[caller.Name] is not (401 or 403 or 404)) ?? person;
    }

    public void Dispose() => client.Dispose();

    private async Task BodiesAsync(ApiOperation operation, Caller caller)
    {
        var request = requests.Of(operation, caller);
        // An operator's order that is obeyed makes copies anew, or sends what nobody can read: these are of an owner that nobody is.
        if (operation.Path.Contains("/v1/operation/", StringComparison.Ordinal) && !operation.Path.EndsWith("/set-aside", StringComparison.Ordinal))
            request = request with { Path = OrderedOfNobody().Replace(request.Path, "nobody", 1) };
        var schema = new SchemaReader(operation.Document, objects.Ids);
        var full = schema.Full(operation.Body!) as JsonObject ?? [];
        // What is given in order stays as it is, but for its texts.
        foreach (var (name, value) in request.Body as JsonObject ?? [])
            full[name] = value?.DeepClone();
        if (NotInForce.TryGetValue(operation.Name, out var day))
            full.Remove(day);
        var strings = schema.Strings(operation.Body!, full).ToList();
        foreach (var (kind, text) in Classes)
        {
            var body = full.DeepClone();
            foreach (var place in strings.Where(place => place.IsFree))
            {
                fields.Add($"{operation.Name} {place.Pointer}");
                var hostile = text(objects.Texts, $"{operation.Name} {place.Pointer}");
                SchemaReader.Set(body, place.Pointer, kind == OverLong ? hostile[..Math.Min(hostile.Length, MostOverLong / strings.Count)] : hostile);
            }

            await SendAsync(operation, caller, request, body, kind, retries: kind == Classes[0].Class ? 6 : 0);
        }

        foreach (var place in strings.Where(place => !place.IsFree))
        {
            foreach (var text in OutOfForm)
            {
                var body = full.DeepClone();
                fields.Add($"{operation.Name} {place.Pointer}");
                SchemaReader.Set(body, place.Pointer, text);
                await SendAsync(operation, caller, request, body, $"form of {place.Pointer}", retries: 0, withVersion: false);
            }
        }
    }

    private async Task ParameterAsync(ApiOperation operation, Caller caller, ApiParameter parameter)
    {
        parameters.Add($"{operation.Name} ?{parameter.Name}");
        foreach (var (kind, text) in Classes)
        {
            var value = text(objects.Texts, parameter.Name);
            var request = requests.Of(operation, caller);
            var path = request.Path.Split('?')[0] + $"?{parameter.Name}={Uri.EscapeDataString(value[..Math.Min(value.Length, 1500)])}";
            await AnswerAsync(operation, caller, request with { Path = path }, request.Body, kind, ifMatch: null);
            objects.Texts.Forget(value);
        }
    }

    private async Task SendAsync(ApiOperation operation, Caller caller, MatrixRequest request, JsonNode body, string kind, int retries, bool withVersion = true)
    {
        if (!await IsDoneAsync(operation, caller, request, body, kind, retries, withVersion))
            objects.Texts.Forget(body.ToJsonString());
    }

    private async Task<bool> IsDoneAsync(ApiOperation operation, Caller caller, MatrixRequest request, JsonNode body, string kind, int retries, bool withVersion)
    {
        string? version = null;
        for (var attempt = 0; ; attempt++)
        {
            var (status, text) = await AnswerAsync(operation, caller, request, body, kind, version);
            if (status is >= 200 and < 300)
            {
                stored.UnionWith(fields.Where(field => field.StartsWith(operation.Name + " ", StringComparison.Ordinal) && SchemaReader.Get(body, field[(operation.Name.Length + 1)..]) is { } value && objects.Texts.In(value).Count > 0));
                return true;
            }

            if (status == 428 && withVersion && version is null && !KeptAsTheyAre.Contains(operation.Name))
                version = await VersionAsync(caller, request.Path);
            else if (attempt >= retries || status is not (400 or 409 or 422) || !objects.Texts.GiveBack(body, KnownObjects.FieldsOf(text)))
                return false;
            if (version is null && status == 428)
                return false;
        }
    }

    /// <summary>Of the thing at the address, or of the one that it belongs to.</summary>
    private async Task<string?> VersionAsync(Caller caller, string path)
    {
        for (var at = path; at.Split('/').Length > 5; at = at[..at.LastIndexOf('/')])
        {
            using var request = SecuredSystem.RequestOf(caller, HttpMethod.Get, at);
            using var answer = await client.SendAsync(request);
            if (answer.IsSuccessStatusCode && answer.Headers.ETag is { } tag)
                return tag.Tag;
        }

        return null;
    }

    private async Task<(int Status, string Text)> AnswerAsync(ApiOperation operation, Caller caller, MatrixRequest request, JsonNode? body, string kind, string? ifMatch)
    {
        using var message = SecuredSystem.RequestOf(caller, operation.Method, request.Path);
        if (body is not null)
        {
            // As it is: a writer that escapes nothing but what must be.
            message.Content = new StringContent(body.ToJsonString(Written));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (ifMatch is not null)
            message.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        var isAnnounced = (int)answer.StatusCode == 503 && answer.Headers.RetryAfter is not null;
        if ((int)answer.StatusCode >= 500 && !isAnnounced)
            troubles.Add($"{operation.Name} as {caller.Name} with {kind}: {(int)answer.StatusCode} {text}");
        if (answer.Content.Headers.ContentType?.MediaType == "text/html")
            troubles.Add($"{operation.Name} as {caller.Name} with {kind}: an answer as a page");
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? text : "{}");
    }

    [GeneratedRegex("(?<=/v1/operation/[a-z]+/)[^/]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OrderedOfNobody();

    private static readonly JsonSerializerOptions Written = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
