using System.Globalization;
using OpenGov.Transparency.Datasets;
using OpenGov.Transparency.Files;

namespace OpenGov.UnitTests.Transparency;

public sealed class DatasetTextsTests
{
    [Fact]
    public void Every_dataset_and_column_is_described_in_both_languages()
    {
        foreach (var dataset in DatasetDefinitions.All)
        {
            BilingualText[] texts =
            [
                DatasetTexts.TitleOf(dataset), DatasetTexts.DescriptionOf(dataset), DatasetTexts.KeywordsOf(dataset),
                .. dataset.Columns.Select(column => DatasetTexts.DescriptionOf(dataset, column)),
            ];
            texts.ShouldAllBe(text => text.Es.Length > 0 && text.En.Length > 0 && text.Es != text.En);
        }
    }

    [Fact]
    public void Definitions_follow_the_file_conventions()
    {
        DatasetDefinitions.All.ShouldAllBe(dataset => dataset.Name != "catalogo");
        foreach (var dataset in DatasetDefinitions.All)
        {
            dataset.Columns.Select(column => column.Name).ShouldBeUnique();
            dataset.Columns.ShouldAllBe(column => column.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'));
            dataset.Columns.ShouldAllBe(column => !column.Name.Contains("__", StringComparison.Ordinal));
            dataset.Columns.Select(column => column.Name).Intersect(["order", "cursor", "limit", "columns"]).ShouldBeEmpty();
            dataset.Order.ShouldAllBe(name => dataset[name].Required && dataset[name].Sortable);
            dataset.Order[^1].ShouldBe(dataset.Key);
        }
    }

    [Fact]
    public void A_table_schema_names_every_column_and_its_key()
    {
        foreach (var dataset in DatasetDefinitions.All)
        {
            var schema = ReadTableSchema.SchemaOf(dataset);
            schema.Fields.Select(field => field.Name).ShouldBe(dataset.Columns.Select(column => column.Name));
            schema.PrimaryKey.ShouldBe([dataset.Key]);
            schema.ForeignKeys.ShouldAllBe(key => DatasetDefinitions.Find(key.Reference.Resource)!.Key == key.Reference.Fields.Single());
        }
    }

    [Fact]
    public void Every_refusal_code_has_a_text_in_both_languages()
    {
        string[] codes =
        [
            "column_unknown", "operator_unknown", "order_unknown", "parameter_repeated", "value_not_uuid", "value_not_integer",
            "value_not_decimal", "value_not_boolean", "value_not_date", "value_not_timestamp", "value_not_code", "query_too_slow",
        ];
        foreach (var code in codes)
        {
            var es = OpenGov.Transparency.Messages.Resources.GetString(code, CultureInfo.GetCultureInfo("es-MX"));
            var en = OpenGov.Transparency.Messages.Resources.GetString(code, CultureInfo.GetCultureInfo("en"));
            es.ShouldNotBeNullOrEmpty(code);
            en.ShouldNotBeNullOrEmpty(code);
            es.ShouldNotBe(en);
        }
    }
}
