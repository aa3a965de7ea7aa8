using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using OpenGov.Contracts;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>The JSON Schema of <see cref="PlanDocument"/>, written from the records that the reader binds to.</summary>
public static class PlanSchema
{
    private static readonly Lazy<byte[]> Bytes = new(() => JsonSerializer.SerializeToUtf8Bytes(Write(), ContractsJson.Options));

    public static ReadOnlyMemory<byte> Utf8 => Bytes.Value;

    private static JsonObject Write()
    {
        var options = ContractsJson.Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        });
        var exported = options.GetJsonSchemaAsNode(typeof(PlanDocument), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = Constrain,
        }).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Plan de acción de gobierno abierto",
        };
        foreach (var (name, value) in exported.ToArray())
        {
            exported.Remove(name);
            schema[name] = value;
        }

        return schema;
    }

    private static JsonNode Constrain(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
            return node;
        var attributes = (context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type).GetCustomAttributes(inherit: false);
        foreach (var attribute in attributes)
        {
            switch (attribute)
            {
                case DescriptionAttribute description:
                    schema["description"] = description.Description;
                    break;
                case MaxLengthAttribute max:
                    schema[IsList(context) ? "maxItems" : "maxLength"] = max.Length;
                    break;
                case RangeAttribute range:
                    schema["minimum"] = (int)range.Minimum;
                    schema["maximum"] = (int)range.Maximum;
                    break;
                case RegularExpressionAttribute pattern:
                    schema["pattern"] = pattern.Pattern;
                    break;
                case ItemsAttribute items when schema["items"] is JsonObject item:
                    item["maxLength"] = items.MaxLength;
                    if (items.Pattern is not null)
                        item["pattern"] = items.Pattern;
                    break;
            }
        }

        return schema;
    }

    private static bool IsList(JsonSchemaExporterContext context) => context.TypeInfo.Kind == JsonTypeInfoKind.Enumerable;
}
