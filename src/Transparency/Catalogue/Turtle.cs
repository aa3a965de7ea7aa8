using System.Globalization;
using System.Text;

namespace OpenGov.Transparency.Catalogue;

/// <summary>Writes RDF as Turtle (W3C Recommendation, RDF 1.1 Turtle).</summary>
internal static class Turtle
{
    public static string Write(RdfNode root)
    {
        var text = new StringBuilder();
        foreach (var (prefix, ns) in RdfPrefixes.All)
            text.Append("@prefix ").Append(prefix).Append(": <").Append(ns).Append("> .\n");

        // Named nodes are subjects of their own; blank ones are written where they are used.
        var pending = new Queue<RdfNode>([root]);
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (pending.TryDequeue(out var node))
        {
            if (node.Iri is null || !written.Add(node.Iri))
                continue;
            text.Append('\n').Append(Iri(node.Iri)).Append(" a ").Append(node.Type);
            WriteProperties(text, node, pending, 1);
            text.Append(" .\n");
        }

        return text.ToString();
    }

    /// <summary>A quoted literal: what ends or breaks the quotes is escaped (grammar rules 22 and 26).</summary>
    public static string Literal(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ' or '\u007f':
                    text.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
                    break;
                default: text.Append(c); break;
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>An IRI in angle brackets: characters that may not stand there (rule 18) are percent-encoded.</summary>
    public static string Iri(string iri) => $"<{RdfIris.Escape(iri)}>";

    private static void WriteProperties(StringBuilder text, RdfNode node, Queue<RdfNode> pending, int depth)
    {
        var indent = new string(' ', depth * 2);
        foreach (var property in node.Properties.GroupBy(each => each.Property, StringComparer.Ordinal))
        {
            text.Append(" ;\n").Append(indent).Append(property.Key).Append(' ');
            var first = true;
            foreach (var (_, value) in property)
            {
                if (!first)
                    text.Append(", ");
                first = false;
                WriteValue(text, value, pending, depth);
            }
        }
    }

    private static void WriteValue(StringBuilder text, RdfValue value, Queue<RdfNode> pending, int depth)
    {
        switch (value)
        {
            case RdfIri iri:
                text.Append(Iri(iri.Iri));
                break;
            case RdfLiteral literal:
                text.Append(Literal(literal.Text));
                if (literal.Language is not null)
                    text.Append('@').Append(literal.Language);
                else if (literal.Datatype is not null)
                    text.Append("^^").Append(literal.Datatype);
                break;
            case RdfNode { Iri: { } name } node:
                text.Append(Iri(name));
                pending.Enqueue(node);
                break;
            case RdfNode blank:
                text.Append("[ a ").Append(blank.Type);
                WriteProperties(text, blank, pending, depth + 1);
                text.Append(" ]");
                break;
        }
    }
}

internal static class RdfIris
{
    /// <summary>Percent-encodes what an IRI reference of RDF may not hold: controls, space and <c>&lt;&gt;"{}|^`\</c>.</summary>
    public static string Escape(string iri)
    {
        var text = new StringBuilder(iri.Length);
        foreach (var c in iri)
        {
            if (c <= ' ' || "<>\"{}|^`\\".Contains(c, StringComparison.Ordinal))
                text.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }

        return text.ToString();
    }
}
