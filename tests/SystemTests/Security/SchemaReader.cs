using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <param name="Pointer">JSON pointer into the body.</param>
/// <param name="IsFree">No form of its own: neither a format nor one of some codes.</param>
internal sealed record StringPlace(string Pointer, bool IsFree);

/// <summary>Bodies with everything in them that a schema knows, and where the strings of one are.</summary>
/// <param name="known">Ids of things that exist.</param>
internal sealed class SchemaReader(JsonObject document, IReadOnlyList<string> known)
{
    private const int MaxDepth = 5;
    private int next;

    public JsonNode? Full(JsonObject schema, int depth = 0)
    {
        schema = Resolve(schema);
        if (schema["enum"] is JsonArray codes)
            return codes.FirstOrDefault(code => code is not null)?.DeepClone();
        return TypeOf(schema) switch
        {
            "object" => FullObject(schema, depth),
            "array" => depth >= MaxDepth || schema["items"] is not JsonObject items ? [] : new JsonArray(Full(items, depth + 1)),
            "integer" or "number" => 1,
            "boolean" => false,
            "null" => null,
            _ => schema["format"]?.GetValue<string>() switch
            {
                "uuid" => known[next++ % known.Count],
                "date" => DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                "date-time" => DateTime.UtcNow.AddDays(30).ToString("O", CultureInfo.InvariantCulture),
                "uri" => "https://example.org/prueba",
                _ => "Texto de prueba",
            },
        };
    }

    /// <summary>Where the body has strings, by the schema.</summary>
    public IEnumerable<StringPlace> Strings(JsonObject schema, JsonNode? body, string at = "")
    {
        schema = Resolve(schema);
        switch (body)
        {
            case JsonObject container:
                foreach (var (name, value) in container)
                {
                    var property = schema["properties"]?[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
                    foreach (var place in property is null ? [] : Strings(property, value, $"{at}/{name}"))
                        yield return place;
                }

                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    foreach (var place in schema["items"] is JsonObject items ? Strings(items, list[index], $"{at}/{index}") : [])
                        yield return place;
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                yield return new StringPlace(at, schema["enum"] is null && schema["format"] is null);
                break;
        }
    }

    public static void Set(JsonNode body, string pointer, string text)
    {
        var (parent, name) = Parent(body, pointer);
        if (parent is JsonArray list)
            list[int.Parse(name, CultureInfo.InvariantCulture)] = text;
        else
            parent![name] = text;
    }

    public static string? Get(JsonNode body, string pointer)
    {
        var (parent, name) = Parent(body, pointer);
        var node = parent is JsonArray list ? list.ElementAtOrDefault(int.Parse(name, CultureInfo.InvariantCulture)) : parent?[name];
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }

    private static (JsonNode? Parent, string Name) Parent(JsonNode body, string pointer)
    {
        var parts = pointer.Split('/')[1..];
        JsonNode? parent = body;
        foreach (var part in parts[..^1])
            parent = parent is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : parent?[part];
        return (parent, parts[^1]);
    }

    private JsonObject FullObject(JsonObject schema, int depth)
    {
        var result = new JsonObject();
        if (depth >= MaxDepth || schema["properties"] is not JsonObject properties)
            return result;
        foreach (var (name, property) in properties)
            result[name] = property is JsonObject one ? Full(one, depth + 1) : null;
        return result;
    }

    private JsonObject Resolve(JsonObject schema)
    {
        for (var steps = 0; steps < 10; steps++)
        {
            if (schema["oneOf"] is JsonArray choices)
                schema = choices.Select(one => one!.AsObject()).OrderBy(one => one["type"]?.ToString() == "null").First();
            if (schema["$ref"]?.GetValue<string>() is not { } reference)
                return schema;
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
}
