namespace OpenGov.Transparency.Catalogue;

/// <summary>A value of an RDF property: a node, or a literal with a language or a datatype.</summary>
internal abstract record RdfValue;

/// <summary>A resource named by its IRI.</summary>
internal sealed record RdfIri(string Iri) : RdfValue;

/// <param name="Language">BCP 47 tag, or null.</param>
/// <param name="Datatype">Prefixed name, for example <c>xsd:dateTime</c>, or null for a plain text.</param>
internal sealed record RdfLiteral(string Text, string? Language = null, string? Datatype = null) : RdfValue;

/// <summary>
/// A described resource. The catalogue is built as a tree of these and written twice, as Turtle and as JSON-LD, so that the
/// two cannot differ.
/// </summary>
/// <param name="Iri">Null for a blank node.</param>
/// <param name="Type">Prefixed name of the class.</param>
internal sealed record RdfNode(string? Iri, string Type) : RdfValue
{
    private readonly List<(string Property, RdfValue Value)> properties = [];

    public IReadOnlyList<(string Property, RdfValue Value)> Properties => properties;

    public RdfNode Add(string property, RdfValue? value)
    {
        if (value is not null)
            properties.Add((property, value));
        return this;
    }

    public RdfNode Add(string property, Datasets.BilingualText text) =>
        Add(property, new RdfLiteral(text.Es, "es")).Add(property, new RdfLiteral(text.En, "en"));

    public RdfNode Add(string property, IEnumerable<RdfValue> values)
    {
        foreach (var value in values)
            Add(property, value);
        return this;
    }
}

internal static class RdfPrefixes
{
    public static readonly IReadOnlyList<(string Prefix, string Namespace)> All =
    [
        ("dcat", "http://www.w3.org/ns/dcat#"),
        ("dct", "http://purl.org/dc/terms/"),
        ("foaf", "http://xmlns.com/foaf/0.1/"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("vcard", "http://www.w3.org/2006/vcard/ns#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ];
}
