using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenGov.Transparency.Catalogue;

/// <summary>Writes RDF as JSON-LD 1.1, resources nested where they are first used.</summary>
internal static class JsonLd
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(RdfNode root)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartObject("@context");
        foreach (var (prefix, ns) in RdfPrefixes.All)
            json.WriteString(prefix, ns);
        json.WriteEndObject();
        WriteMembers(json, root, new HashSet<string>(StringComparer.Ordinal));
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteMembers(Utf8JsonWriter json, RdfNode node, HashSet<string> written)
    {
        if (node.Iri is not null)
        {
            json.WriteString("@id", RdfIris.Escape(node.Iri));
            if (!written.Add(node.Iri))
                return;
        }

        json.WriteString("@type", node.Type);
        foreach (var property in node.Properties.GroupBy(each => each.Property, StringComparer.Ordinal))
        {
            json.WritePropertyName(property.Key);
            var values = property.Select(each => each.Value).ToArray();
            if (values.Length > 1)
                json.WriteStartArray();
            foreach (var value in values)
                WriteValue(json, value, written);
            if (values.Length > 1)
                json.WriteEndArray();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, RdfValue value, HashSet<string> written)
    {
        json.WriteStartObject();
        switch (value)
        {
            case RdfIri iri:
                json.WriteString("@id", RdfIris.Escape(iri.Iri));
                break;
            case RdfLiteral literal:
                json.WriteString("@value", literal.Text);
                if (literal.Language is not null)
                    json.WriteString("@language", literal.Language);
                else if (literal.Datatype is not null)
                    json.WriteString("@type", literal.Datatype);
                break;
            case RdfNode node:
                WriteMembers(json, node, written);
                break;
        }

        json.WriteEndObject();
    }
}
