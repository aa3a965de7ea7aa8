using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Catalogue;

/// <summary>
/// The catalogue in the shape of the federal tool ADELA's <c>catalogo.json</c> (SPEC §6.2), for Mexican harvesters: Spanish
/// only. <c>byteSize</c> is null: files are written when they are asked for.
/// </summary>
internal sealed record AdelaCatalogue(
    string Title, string Description, string Homepage, string Issued, string Modified, string Language, string License, IReadOnlyList<AdelaDataset> Dataset)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>ISO 8601 repeating interval, as the tool wrote it: without end, each second.</summary>
    private const string Continuous = "R/PT1S";

    public static AdelaCatalogue Of(CatalogueFacts facts, string origin) => new(
        facts.Instance is { } named ? DatasetTexts.Catalogue("title", named.Name).Es : DatasetTexts.Catalogue("emptyTitle").Es,
        facts.Instance is { } described ? DatasetTexts.Catalogue("description", described.StateName).Es : DatasetTexts.Catalogue("emptyDescription").Es,
        $"{origin}/", IsoTime.Of(facts.Issued), IsoTime.Of(facts.Modified), "es", Licence.Uri,
        facts.Instance is null ? [] : [.. DatasetDefinitions.All.Select(dataset => DatasetOf(dataset, facts, facts.Instance, origin))]);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    private static AdelaDataset DatasetOf(DatasetDefinition dataset, CatalogueFacts facts, PublishingInstance instance, string origin)
    {
        var addresses = new DatasetAddresses(origin, dataset);
        var temporal = facts is { PeriodStart: { } start, PeriodEnd: { } end }
            ? string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-dd}/{end:yyyy-MM-dd}")
            : null;
        AdelaDistribution File(string form, string address, string mediaType) => new(
            DatasetTexts.Catalogue("distribution", dataset.Name, form).Es, address, mediaType, null, temporal, instance.StateName, Continuous, Licence.Uri);
        return new AdelaDataset(
            DatasetTexts.TitleOf(dataset).Es, DatasetTexts.DescriptionOf(dataset).Es, IsoTime.Of(facts.Datasets[dataset.Name].Modified),
            instance.Publisher, addresses.Iri, "público", null, instance.StateName, instance.CveEnt, "es", new AdelaPublisher(instance.Publisher, null),
            [.. DatasetTexts.KeywordsOf(dataset).Es.Split(';', StringSplitOptions.TrimEntries)], addresses.Schema,
            [File("CSV", addresses.Csv, "text/csv"), File("JSON", addresses.Json, "application/json")]);
    }
}

/// <param name="CveEnt">INEGI code of the state; an addition to the tool's keys, as is <paramref name="ConformsTo"/>.</param>
internal sealed record AdelaDataset(
    string Title, string Description, string Modified, string ContactPoint, string Identifier, string AccessLevel, string? AccessLevelComment,
    string Spatial, [property: JsonPropertyName("cve_ent")] string CveEnt, string Language, AdelaPublisher Publisher, IReadOnlyList<string> Keyword,
    string ConformsTo, IReadOnlyList<AdelaDistribution> Distribution);

/// <param name="Mbox">Null: this service knows no mailbox of the publisher.</param>
internal sealed record AdelaPublisher(string Name, string? Mbox);

internal sealed record AdelaDistribution(
    string Title, [property: JsonPropertyName("downloadURL")] string DownloadUrl, string MediaType, long? ByteSize, string? Temporal, string Spatial,
    string AccrualPeriodicity, string License);
