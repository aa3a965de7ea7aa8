using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>Values for schemas: sensible ones, which get past the first check, and hostile ones. All chance comes from the given source.</summary>
/// <param name="known">Ids of objects that exist.</param>
internal sealed class Values(JsonObject document, IReadOnlyList<string> known, Random random)
{
    private const int MaxDepth = 8;

    /// <summary>Texts that have broken parsers, stores, spreadsheets and pages before.</summary>
    private static readonly string[] HostileTexts =
    [
        "", " ", "\0", "a\0b", "\ud800", "x\udfffy", "\ufffe\uffff", "\u202etxt.exe", "e\u0301\u0301\u0301", "İIıi", "ﬁ", "\u0000\u0001\u001f\u007f\u0085",
        "'; drop table commitment; --", "1' or '1'='1", "\\", "%", "_%", "$1", "{0}", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)", "=1+1", "@SUM(1)", "+1", "-1", "\r\nX-Injected: 1", "../../etc/passwd", "..%2f..%2f", "null", "undefined", "NaN", "true", "[]", "{}", "0", "-0", "1e308",
        "1e-400", "0x10", "٣", "9999-12-31", "0000-00-00", "0001-01-01", "10000-01-01", "2021-02-30", "9999-12-31T23:59:59.9999999+14:00", "0001-01-01T00:00:00-14:00", "2021-13",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{00000000-0000-0000-0000-000000000000}", "http://[::1", "http://a b/", "http://user:pw@host/", "HTTP://x",
        "https://" + "a.", "a@b@c", "\"a b\"@x.example", "a@xn--ls8h.example", "a@[127.0.0.1]", "MX-MEX-PAL01-C01", "es-MX", "zz-ZZ-x-y", "2021-Q4", "#fff", "#GGGGGG", "01", "33",
    ];

    private static readonly string[] HostileNumbers =
    [
        "-1", "0", "1.5", "-0.0", "1e400", "-1e400", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "99999999999999999999999999999999999999", "1e-320",
        "0.1000000000000000055511151231257827",
    ];

    public string HostileText() => random.Next(12) switch
    {
        0 => new string('a', random.Next(200, 5000)),
        1 => string.Concat(Enumerable.Repeat("ñ😀", random.Next(100, 3000))),
        2 => new string((char)random.Next(1, 0xFFFF), random.Next(1, 40)),
        3 => new string([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next(0, 0x10000))]),
        _ => HostileTexts[random.Next(HostileTexts.Length)],
    };

    public string SensibleText() => random.Next(3) switch
    {
        0 => "Texto de prueba",
        1 => $"Prueba {random.Next()}",
        _ => "Gobierno abierto, participación y rendición de cuentas",
    };

    /// <summary>A value that fits the schema as far as it says what fits.</summary>
    public JsonNode? Fitting(JsonObject schema, int depth = 0)
    {
        schema = Resolve(schema);
        if (schema["oneOf"] is JsonArray choices)
            return depth > MaxDepth || random.Next(8) == 0 ? null : Fitting(choices.Select(one => one!.AsObject()).OrderBy(one => one["type"]?.ToString() == "null").First(), depth);
        if (schema["enum"] is JsonArray codes)
            return codes[random.Next(codes.Count)]?.DeepClone();
        if (schema["const"] is { } only)
            return only.DeepClone();

        return TypeOf(schema) switch
        {
            "object" => FittingObject(schema, depth),
            "array" => depth > MaxDepth ? [] : new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => schema["items"] is JsonObject items ? Fitting(items, depth + 1) : null)]),
            "integer" => random.Next(4) == 0 ? 1 : random.Next(0, 3000),
            "number" => random.NextDouble() * 100,
            "boolean" => random.Next(2) == 0,
            "null" => null,
            _ => FittingText(schema),
        };
    }

    /// <summary>One to three places of the value get something that does not belong there.</summary>
    public JsonNode? Spoilt(JsonNode? value)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var places = new List<(JsonNode Parent, string? Name, int Index)>();
            Collect(value, places);
            if (places.Count == 0)
                return HostileNode();
            var (parent, name, index) = places[random.Next(places.Count)];
            if (parent is JsonObject container)
            {
                if (random.Next(6) == 0)
                    container.Remove(name!);
                else if (random.Next(8) == 0)
                    container[HostileText()] = HostileNode();
                else
                    container[name!] = HostileNode();
            }
            else
            {
                parent.AsArray()[index] = HostileNode();
            }
        }

        return value;
    }

    public JsonNode? HostileNode() => random.Next(9) switch
    {
        0 => null,
        1 => JsonNode.Parse(HostileNumbers[random.Next(HostileNumbers.Length)]),
        2 => new JsonObject(),
        3 => new JsonArray(),
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(300)).Select(number => (JsonNode?)number)]),
        5 => random.Next(2) == 0,
        _ => JsonValue.Create(HostileText()),
    };

    public string HostileNumber() => HostileNumbers[random.Next(HostileNumbers.Length)];

    private JsonObject FittingObject(JsonObject schema, int depth)
    {
        var result = new JsonObject();
        if (depth > MaxDepth || schema["properties"] is not JsonObject properties)
            return result;
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var (name, property) in properties)
        {
            if (property is JsonObject one && (required.Contains(name) || random.Next(3) == 0))
                result[name] = Fitting(one, depth + 1);
        }

        return result;
    }

    private JsonNode FittingText(JsonObject schema) => schema["format"]?.GetValue<string>() switch
    {
        "uuid" => known.Count > 0 && random.Next(3) > 0 ? known[random.Next(known.Count)] : Guid.CreateVersion7().ToString(),
        "date" => new DateOnly(random.Next(2015, 2030), random.Next(1, 13), random.Next(1, 29)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "date-time" => new DateTimeOffset(random.Next(2015, 2030), random.Next(1, 13), 1, 12, 0, 0, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture),
        _ => random.Next(8) switch
        {
            0 => "MX-MEX-PAL01-C01",
            1 => "https://example.org/prueba",
            2 => $"prueba{random.Next(1000)}@prueba.example",
            3 => "2021-01",
            4 => "15",
            _ => SensibleText(),
        },
    };

    private JsonObject Resolve(JsonObject schema)
    {
        for (var steps = 0; steps < 10 && schema["$ref"]?.GetValue<string>() is { } reference; steps++)
        {
            JsonNode? found = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
                found = found?[part];
            schema = found?.AsObject() ?? [];
        }

        return schema;
    }

    private static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(one => one!.GetValue<string>()).FirstOrDefault(one => one != "null") ?? "null",
        JsonValue one => one.GetValue<string>(),
        _ => schema.ContainsKey("properties") ? "object" : "string",
    };

    private static void Collect(JsonNode? node, List<(JsonNode Parent, string? Name, int Index)> places)
    {
        switch (node)
        {
            case JsonObject container:
                foreach (var (name, child) in container)
                {
                    places.Add((container, name, 0));
                    Collect(child, places);
                }

                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    places.Add((list, null, index));
                    Collect(list[index], places);
                }

                break;
        }
    }
}
