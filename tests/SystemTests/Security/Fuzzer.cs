using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>A call that can be sent, and said in a failure's message.</summary>
/// <param name="Number">With the seed it is the whole call: the same two make the same bytes, but for the ids of what the system made.</param>
internal sealed record FuzzedCall(int Number, Caller Caller, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body, string? ContentType)
{
    public HttpRequestMessage ToRequest()
    {
        var address = new Uri(Origin + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(HttpMethod.Parse(Method), address) { Version = HttpVersion.Version11 };
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Scheme and authority, without a slash.</summary>
    public required string Origin { get; init; }

    /// <summary>As the document names it.</summary>
    public required string Operation { get; init; }

    /// <summary>By its own method on a thing that exists.</summary>
    public required bool IsOnKnown { get; init; }

    /// <summary>A member of the body stands twice, with two values that each fit.</summary>
    public required bool IsDoubled { get; init; }

    public override string ToString()
    {
        var body = Body is null ? "" : $"\n{ContentType}: {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 600)))}";
        return $"#{Number} {Method} {Target[..Math.Min(Target.Length, 300)]} as {Caller.Name} {string.Join("; ", Headers.Select(header => $"{header.Name}: {header.Value[..Math.Min(header.Value.Length, 80)]}"))}{body}";
    }
}

/// <summary>Makes calls from the OpenAPI documents: some in order, most spoilt in one of many ways. Call n of a seed is always the same.</summary>
/// <param name="things">Addresses of things that exist, by the operation's name and caller.</param>
internal sealed class Fuzzer(
    int seed, IReadOnlyList<ApiOperation> operations, IReadOnlyList<Caller> callers, IReadOnlyList<string> ids, ILookup<(string Operation, string Caller), string> things, Uri origin)
{
    private static readonly string[] OddTypes = ["text/plain", "application/xml", "application/json; charset=utf-16", "application/json; charset=nonsense", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", "APPLICATION/JSON", "application/json;;;", "x"];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X"];
    private static readonly string[] Codings = ["gzip", "br", "identity;q=0", "*;q=0", "gzip;q=nonsense", "deflate, gzip;q=1.0, *;q=0.5"];
    private readonly string origin = origin.GetLeftPart(UriPartial.Authority);

    public FuzzedCall Make(int number)
    {
        var random = new Random(unchecked((seed * 397) ^ (number * 7919)));
        var operation = operations[random.Next(operations.Count)];
        var values = new Values(operation.Document, ids, random);

        // Its own session is ended by this one; somebody who is not needed for anything else calls it.
        var caller = operation.Name == "DELETE /api/participants/v1/sessions/current" ? callers[0] : callers[random.Next(callers.Count)];
        var headers = new List<(string, string)> { ("X-Forwarded-For", $"198.19.{number >> 8 & 255}.{number & 255}") };
        if (caller.Session is not null)
            headers.Add(("Cookie", $"og_session={caller.Session}"));
        var (body, contentType, isDoubled) = BodyOf(operation, values, random);
        var isOnKnown = random.Next(3) > 0 && things.Contains((operation.Name, caller.Name));
        var known = isOnKnown ? Pick([.. things[(operation.Name, caller.Name)]], random) : PathOf(operation, values, random);
        var path = Odd(known, values, random);
        var target = path + QueryOf(operation, values, random);
        var method = random.Next(40) == 0 ? Methods[random.Next(Methods.Length)] : operation.Method.Method;
        AddHeaders(headers, operation, values, random);
        return new FuzzedCall(number, caller, method, target, headers, body, contentType)
        {
            Origin = origin,
            Operation = operation.Name,
            IsOnKnown = isOnKnown && path == known && method == operation.Method.Method,
            IsDoubled = isDoubled && method == operation.Method.Method,
        };
    }

    private static string PathOf(ApiOperation operation, Values values, Random random)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
        {
            var value = random.Next(3) == 0 ? values.HostileText() : parameter.Name switch
            {
                "name" or "dataset" => random.Next(3) switch { 0 => "commitments", 1 => "progress_reports", _ => "key_actions" },
                "key" => "MX-MEX-PAL01" + (operation.Path.Contains("commitments", StringComparison.Ordinal) ? "-C01" : ""),
                "slug" => "jalisco-2019-2020",
                "number" => "1",
                _ => values.Fitting(parameter.Schema)?.ToString() ?? "x",
            };
            path = path.Replace($"{{{parameter.Name}}}", Escape(value.Length > 4000 ? value[..4000] : value, random), StringComparison.Ordinal);
        }

        return path;
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];

    private static string Odd(string path, Values values, Random random) => random.Next(60) switch
    {
        0 => path + "/" + Escape(values.HostileText(), random),
        1 => path.Replace("/v1/", "/v1/%2e%2e/v1/", StringComparison.Ordinal),
        2 => path + "%00",
        3 => path.ToUpperInvariant(),
        4 => path + "//",
        5 => path + ";x=1",
        _ => path,
    };

    private static string QueryOf(ApiOperation operation, Values values, Random random)
    {
        var pairs = new List<string>();
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "query"))
        {
            if (random.Next(2) == 0)
                continue;
            var value = parameter.Name switch
            {
                _ when random.Next(3) == 0 => values.HostileText(),
                "cursor" => CursorOf(values, random),
                "limit" when random.Next(2) == 0 => values.HostileNumber(),
                _ => values.Fitting(parameter.Schema)?.ToString() ?? "",
            };
            pairs.Add($"{parameter.Name}={Escape(value, random)}");
            if (random.Next(8) == 0)
                pairs.Add($"{parameter.Name}={Escape(values.HostileText(), random)}");
        }

        // The rows' query takes a column for a parameter: names and operators are not in the document.
        if (operation.Path.EndsWith("/rows", StringComparison.Ordinal) && random.Next(4) > 0)
        {
            var column = random.Next(6) switch { 0 => "identifier", 1 => "status", 2 => "commitment_id", 3 => "updated_at", 4 => "plan_id", _ => values.HostileText() };
            var suffix = random.Next(5) switch { 0 => "__gte", 1 => "_like", 2 => ".gt", 3 => "[]", _ => "" };
            pairs.Add($"{Escape(column + suffix, random)}={Escape(random.Next(2) == 0 ? values.HostileText() : "1", random)}");
            pairs.Add($"sort={Escape(column, random)}");
            pairs.Add($"cursor={Escape(CursorOf(values, random), random)}");
        }

        if (random.Next(15) == 0)
            pairs.Add($"{Escape(values.HostileText(), random)}={Escape(values.HostileText(), random)}");
        var query = string.Join('&', pairs);
        return query.Length == 0 ? "" : "?" + query[..Math.Min(query.Length, 7000)];
    }

    /// <summary>Cursors are opaque, not secret: what decodes to the right number of wrong parts goes deeper than noise.</summary>
    private static string CursorOf(Values values, Random random)
    {
        var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(3) switch { 0 => Guid.CreateVersion7().ToString(), 1 => values.HostileText(), _ => "2021-01-15T00:00:00.0000000+00:00" });
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static (byte[]? Body, string? ContentType, bool IsDoubled) BodyOf(ApiOperation operation, Values values, Random random)
    {
        if (operation.Method == HttpMethod.Get || operation.Method == HttpMethod.Head)
            return random.Next(50) == 0 ? ("{}"u8.ToArray(), "application/json", false) : (null, null, false);
        if (operation.Body is null)
        {
            // Bytes of a file, or nothing at all.
            if (random.Next(3) == 0)
                return (null, null, false);
            var bytes = new byte[random.Next(5) == 0 ? random.Next(300_000) : random.Next(200)];
            random.NextBytes(bytes);
            return (bytes, random.Next(2) == 0 ? "image/png" : "application/octet-stream", false);
        }

        var value = values.Fitting(operation.Body);
        switch (random.Next(20))
        {
            case 0:
                return (null, null, false);
            case 1:
                return ([], "application/json", false);
            case 2:
                return (Nested(random), "application/json", false);
            case 3:
                return (Utf8(value), OddTypes[random.Next(OddTypes.Length)], false);
            case 4:
                // Cut off.
                return (Utf8(value) is { Length: > 2 } whole ? whole[..random.Next(whole.Length)] : [], "application/json", false);
            case 5:
                // Bytes that are no UTF-8, anywhere.
                var broken = Utf8(value);
                for (var times = random.Next(1, 6); times > 0 && broken.Length > 0; times--)
                    broken[random.Next(broken.Length)] = (byte)random.Next(0x80, 0x100);
                return (broken, "application/json", false);
            case 6:
                // The same members once more, with other values that fit.
                var (twice, isDoubled) = Doubled(value as JsonObject ?? [], values.Fitting(operation.Body) as JsonObject ?? []);
                return (twice, "application/json", isDoubled);
            case 7:
                return (Encoding.UTF8.GetBytes(random.Next(4) switch { 0 => "null", 1 => "[]", 2 => "\"x\"", _ => "1e999" }), "application/json", false);
            case < 14:
                return (Utf8(values.Spoilt(value)), "application/json", false);
            default:
                return (Utf8(value), "application/json", false);
        }
    }

    private static void AddHeaders(List<(string, string)> headers, ApiOperation operation, Values values, Random random)
    {
        void Maybe(int oneIn, string name, Func<string> value)
        {
            if (random.Next(oneIn) == 0)
                headers.Add((name, Plain(value())));
        }

        var writes = operation.Method != HttpMethod.Get && operation.Method != HttpMethod.Head;
        Maybe(writes ? 2 : 20, "If-Match", () => random.Next(4) switch { 0 => values.HostileText(), 1 => "*", _ => $"\"{random.Next(1, 8)}\"" });
        Maybe(writes ? 3 : 40, "Idempotency-Key", () => random.Next(3) == 0 ? values.HostileText() : $"prueba-{random.Next(2000):00000000}");
        Maybe(10, "If-None-Match", () => random.Next(2) == 0 ? values.HostileText() : "W/\"1\", \"2\", *");
        Maybe(20, "If-Modified-Since", values.HostileText);
        Maybe(20, "Range", () => random.Next(2) == 0 ? "bytes=0-1,5-2,-1" : values.HostileText());
        Maybe(10, "Accept-Language", () => random.Next(2) == 0 ? "en" : values.HostileText());
        Maybe(10, "Accept-Encoding", () => Codings[random.Next(Codings.Length)]);
        Maybe(20, "Accept", values.HostileText);
        Maybe(20, "traceparent", () => random.Next(2) == 0 ? "00-00000000000000000000000000000000-0000000000000000-ff" : values.HostileText());
        Maybe(30, "tracestate", values.HostileText);
        Maybe(30, "baggage", () => "a=b,c=" + values.HostileText());
        Maybe(25, "Authorization", () => random.Next(3) switch { 0 => "Internal " + values.HostileText(), 1 => "Bearer a.b.c", _ => "Bearer " + values.HostileText() });
        Maybe(40, "Content-Encoding", () => "gzip");
        Maybe(40, "X-Forwarded-Host", values.HostileText);
        Maybe(40, "X-HTTP-Method-Override", () => "DELETE");
        Maybe(60, "Sec-Fetch-Site", () => "cross-site");
        Maybe(60, "Origin", values.HostileText);
    }

    private static byte[] Nested(Random random)
    {
        var depth = random.Next(10) == 0 ? 100_000 : random.Next(20, 3000);
        return Encoding.ASCII.GetBytes(random.Next(3) switch
        {
            0 => new string('[', depth) + new string(']', depth),
            1 => new string('[', depth),
            _ => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth),
        });
    }

    /// <summary>The members of both, one after the other: no value may win quietly over another.</summary>
    private static (byte[] Body, bool IsDoubled) Doubled(JsonObject first, JsonObject second)
    {
        var members = first.Concat(second).Select(member => Quoted(member.Key) + ":" + Written(member.Value));
        return (Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}"), first.Any(member => second.ContainsKey(member.Key)));
    }

    private static byte[] Utf8(JsonNode? value)
    {
        if (value is null)
            return "null"u8.ToArray();

        // Lone surrogates are written as escapes, as a hostile client would; the writer would replace or refuse them.
        var text = new StringBuilder();
        Write(value, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject container:
                text.Append('{').AppendJoin(',', container.Select(pair => Quoted(pair.Key) + ":" + Written(pair.Value))).Append('}');
                break;
            case JsonArray list:
                text.Append('[').AppendJoin(',', list.Select(Written)).Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                text.Append(Quoted(value.GetValue<string>()));
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static string Written(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (character is '"' or '\\' || character < ' ' || char.IsSurrogate(character))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                quoted.Append(character);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Per cent encoding, at times of bytes that are no UTF-8; never a byte that ends the request line.</summary>
    private static string Escape(string text, Random random)
    {
        if (random.Next(30) == 0)
            return "%ff%fe%80";
        var bytes = Encoding.UTF8.GetBytes(text);
        var escaped = new StringBuilder();
        foreach (var value in bytes.AsSpan(0, Math.Min(bytes.Length, 2500)))
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~';
            escaped.Append(isPlain ? ((char)value).ToString() : $"%{value:X2}");
        }

        return escaped.ToString();
    }

    /// <summary>What a header can carry over HTTP/1.1 at all; what cannot is tried on raw connections (UnitTests/Gateway/WireTests).</summary>
    private static string Plain(string text) => new([.. text.Where(character => character is >= ' ' and < '\u007f').Take(3000)]);
}
