using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Catalogue;

/// <summary>The public addresses of a dataset below an origin; with an empty origin, the paths.</summary>
internal sealed record DatasetAddresses(string Origin, DatasetDefinition Dataset)
{
    /// <summary>Names the dataset itself; the page about it is another thing.</summary>
    public string Iri => $"{Page}#conjunto";

    public string Page => $"{Origin}/datos/{Dataset.Name}";

    public string Csv => $"{Page}.csv";

    public string Json => $"{Page}.json";

    public string Schema => $"{Page}.schema.json";

    public string Metadata => $"{Origin}/api/transparency/v1/datasets/{Dataset.Name}";

    public string Rows => $"{Metadata}/rows";
}
