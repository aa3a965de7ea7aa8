using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGov.Contracts;

/// <summary>
/// The one JSON dialect of events, feeds and APIs: camelCase members, enumerations as the UPPER_SNAKE codes of the
/// specification, unknown members refused so that a misspelt field is an error and not a silent loss, and members that stand there
/// twice as well: of two readers one would take the first and the other the last.
/// </summary>
public static class ContractsJson
{
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false));
        return options;
    }
}
