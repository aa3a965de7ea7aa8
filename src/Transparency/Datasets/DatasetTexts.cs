using System.Globalization;
using System.Resources;

namespace OpenGov.Transparency.Datasets;

/// <summary>
/// Titles and descriptions of datasets and columns, from <c>DatasetTexts.resx</c> (Spanish) and <c>DatasetTexts.en.resx</c>.
/// </summary>
public static class DatasetTexts
{
    private static readonly ResourceManager Resources = new("OpenGov.Transparency.Datasets.DatasetTexts", typeof(DatasetTexts).Assembly);
    private static readonly CultureInfo Spanish = CultureInfo.GetCultureInfo("es-MX");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static BilingualText TitleOf(DatasetDefinition dataset) => Required($"{dataset.Name}.title");

    public static BilingualText DescriptionOf(DatasetDefinition dataset) => Required($"{dataset.Name}.description");

    public static BilingualText KeywordsOf(DatasetDefinition dataset) => Required($"{dataset.Name}.keywords");

    /// <summary>The column's own description in the dataset, else the one that all datasets with such a column share.</summary>
    public static BilingualText DescriptionOf(DatasetDefinition dataset, Column column) =>
        Find($"{dataset.Name}.column.{column.Name}") ?? Required($"column.{column.Name}");

    public static BilingualText Catalogue(string code, params object[] args)
    {
        var text = Required($"catalogue.{code}");
        return new BilingualText(string.Format(Spanish, text.Es, args), string.Format(English, text.En, args));
    }

    private static BilingualText Required(string code) =>
        Find(code) ?? throw new MissingManifestResourceException($"DatasetTexts lacks {code} in one of its languages.");

    private static BilingualText? Find(string code)
    {
        // Without looking at parents: a missing translation must show, not fall back to Spanish.
        var es = Resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)?.GetString(code);
        var en = Resources.GetResourceSet(English, createIfNotExists: true, tryParents: false)?.GetString(code);
        return es is null || en is null ? null : new BilingualText(es, en);
    }
}
