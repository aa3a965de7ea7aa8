using System.Globalization;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Catalogue;

/// <summary>
/// The catalogue as DCAT 3, with what DCAT-AP 3.0.1 asks of each class and the further properties of SPEC §6.2.
/// Vocabularies are those that DCAT-AP names (EU Publications Office); the licence is Libre Uso MX.
/// </summary>
internal static class DcatCatalogue
{
    private const string Authority = "http://publications.europa.eu/resource/authority";
    private const string MediaTypes = "https://www.iana.org/assignments/media-types";

    public static RdfNode Build(CatalogueFacts facts, string origin)
    {
        var publisher = Publisher(facts, origin);
        var catalogue = new RdfNode($"{origin}/datos/catalogo", "dcat:Catalog")
            .Add("dct:title", facts.Instance is { } named ? DatasetTexts.Catalogue("title", named.Name) : DatasetTexts.Catalogue("emptyTitle"))
            .Add("dct:description", facts.Instance is { } described
                ? DatasetTexts.Catalogue("description", described.StateName)
                : DatasetTexts.Catalogue("emptyDescription"))
            .Add("dct:publisher", publisher)
            .Add("dct:identifier", new RdfLiteral($"{origin}/datos/catalogo"))
            .Add("dct:license", new RdfNode(Licence.Uri, "dct:LicenseDocument").Add("dct:title", new RdfLiteral(Licence.Name, "es")))
            .Add("dct:language", Language("SPA"))
            .Add("dct:issued", Time(facts.Issued))
            .Add("dct:modified", Time(facts.Modified))
            .Add("foaf:homepage", new RdfNode($"{origin}/", "foaf:Document"))
            .Add("dcat:themeTaxonomy", new RdfNode($"{Authority}/data-theme", "skos:ConceptScheme").Add("dct:title", DatasetTexts.Catalogue("themes")))
            .Add("dct:spatial", Place(facts, origin));
        if (facts.Instance is null)
            return catalogue;

        var service = Service(facts, origin, publisher);
        foreach (var dataset in DatasetDefinitions.All)
        {
            catalogue.Add("dcat:dataset", Dataset(dataset, facts, origin, publisher, service));
            service.Add("dcat:servesDataset", new RdfIri(new DatasetAddresses(origin, dataset).Iri));
        }

        return catalogue.Add("dcat:service", service);
    }

    private static RdfNode Dataset(DatasetDefinition dataset, CatalogueFacts facts, string origin, RdfNode publisher, RdfNode service)
    {
        var state = facts.Datasets[dataset.Name];
        var addresses = new DatasetAddresses(origin, dataset);
        var schema = new RdfNode(addresses.Schema, "dct:Standard").Add("dct:title", DatasetTexts.Catalogue("schema", dataset.Name));
        var texts = DatasetTexts.KeywordsOf(dataset);
        return new RdfNode(addresses.Iri, "dcat:Dataset")
            .Add("dct:title", DatasetTexts.TitleOf(dataset))
            .Add("dct:description", DatasetTexts.DescriptionOf(dataset))
            .Add("dct:identifier", new RdfLiteral(addresses.Iri))
            .Add("dct:publisher", publisher)
            .Add("dcat:contactPoint", Contact(facts.Instance!))
            .Add("dcat:keyword", Keywords(texts.Es, "es"))
            .Add("dcat:keyword", Keywords(texts.En, "en"))
            .Add("dcat:theme", new RdfNode($"{Authority}/data-theme/GOVE", "skos:Concept").Add("skos:prefLabel", DatasetTexts.Catalogue("theme")))
            .Add("dct:language", Language("SPA"))
            .Add("dct:spatial", Place(facts, origin))
            .Add("dct:temporal", Period(facts))
            .Add("dct:accrualPeriodicity", new RdfNode($"{Authority}/frequency/UPDATE_CONT", "dct:Frequency"))
            .Add("dct:accessRights", new RdfNode($"{Authority}/access-right/PUBLIC", "dct:RightsStatement"))
            .Add("dct:conformsTo", schema)
            .Add("dct:issued", Time(state.Issued))
            .Add("dct:modified", Time(state.Modified))
            .Add("dcat:landingPage", new RdfNode(addresses.Page, "foaf:Document"))
            .Add("dcat:distribution", File(dataset, state, addresses.Csv, "CSV", "text/csv", schema))
            .Add("dcat:distribution", File(dataset, state, addresses.Json, "JSON", "application/json", schema))
            .Add("dcat:distribution", Api(dataset, state, addresses, service, schema));
    }

    private static RdfNode File(DatasetDefinition dataset, DatasetState state, string address, string form, string mediaType, RdfNode schema) =>
        Distribution(dataset, state, $"{address}#distribucion", address, form, mediaType, schema)
            .Add("dcat:downloadURL", new RdfIri(address));

    private static RdfNode Api(DatasetDefinition dataset, DatasetState state, DatasetAddresses addresses, RdfNode service, RdfNode schema) =>
        Distribution(dataset, state, $"{addresses.Rows}#distribucion", addresses.Rows, "JSON", "application/json", schema)
            .Add("dcat:accessService", new RdfIri(service.Iri!));

    private static RdfNode Distribution(
        DatasetDefinition dataset, DatasetState state, string iri, string address, string form, string mediaType, RdfNode schema) =>
        new RdfNode(iri, "dcat:Distribution")
            .Add("dct:title", DatasetTexts.Catalogue("distribution", dataset.Name, form))
            .Add("dcat:accessURL", new RdfIri(address))
            .Add("dct:format", new RdfNode($"{Authority}/file-type/{form}", "dct:MediaTypeOrExtent"))
            .Add("dcat:mediaType", new RdfNode($"{MediaTypes}/{mediaType}", "dct:MediaType"))
            .Add("dct:license", new RdfNode(Licence.Uri, "dct:LicenseDocument"))
            .Add("dct:language", Language("SPA"))
            .Add("dct:conformsTo", schema)
            .Add("dct:issued", Time(state.Issued))
            .Add("dct:modified", Time(state.Modified));

    private static RdfNode Service(CatalogueFacts facts, string origin, RdfNode publisher) =>
        new RdfNode($"{origin}/api/transparency/v1/datasets#servicio", "dcat:DataService")
            .Add("dct:title", DatasetTexts.Catalogue("serviceTitle"))
            .Add("dct:description", DatasetTexts.Catalogue("serviceDescription"))
            .Add("dcat:endpointURL", new RdfIri($"{origin}/api/transparency/v1/datasets"))
            .Add("dcat:endpointDescription", new RdfIri($"{origin}/api/transparency/openapi/v1.json"))
            .Add("dct:publisher", publisher)
            .Add("dcat:contactPoint", Contact(facts.Instance!))
            .Add("dct:license", new RdfNode(Licence.Uri, "dct:LicenseDocument"));

    private static RdfNode Publisher(CatalogueFacts facts, string origin) =>
        new RdfNode($"{origin}/datos/catalogo#publicador", "foaf:Agent")
            .Add("foaf:name", new RdfLiteral(facts.Instance?.Publisher ?? CatalogueNames.Product))
            .Add("foaf:homepage", new RdfNode($"{origin}/", "foaf:Document"));

    /// <summary>
    /// The portal: no person and no mailbox is known to this service. Typed as DCAT-AP's range, which a checker without
    /// inference does not find behind vcard:Organization.
    /// </summary>
    private static RdfNode Contact(PublishingInstance instance) => new RdfNode(null, "vcard:Kind")
        .Add("vcard:fn", new RdfLiteral(instance.Publisher))
        .Add("vcard:hasURL", new RdfIri($"{instance.PublicAddress}/"));

    /// <summary>The state under its INEGI code (SPEC §6.3), with its ISO 3166-2 code as notation.</summary>
    private static RdfNode? Place(CatalogueFacts facts, string origin) => facts.Instance is not { } instance
        ? null
        : new RdfNode($"{origin}/datos/catalogo#entidad-{instance.CveEnt}", "dct:Location")
            .Add("dct:identifier", new RdfLiteral(instance.CveEnt))
            .Add("skos:notation", new RdfLiteral(instance.Iso))
            .Add("skos:prefLabel", new RdfLiteral(instance.StateName, "es"));

    private static RdfNode? Period(CatalogueFacts facts) => facts is not { PeriodStart: { } start, PeriodEnd: { } end }
        ? null
        : new RdfNode(null, "dct:PeriodOfTime").Add("dcat:startDate", Day(start)).Add("dcat:endDate", Day(end));

    private static RdfNode Language(string code) => new($"{Authority}/language/{code}", "dct:LinguisticSystem");

    private static IEnumerable<RdfValue> Keywords(string list, string language) =>
        list.Split(';', StringSplitOptions.TrimEntries).Select(keyword => new RdfLiteral(keyword, language));

    private static RdfLiteral Time(DateTimeOffset time) => new(IsoTime.Of(time), Datatype: "xsd:dateTime");

    private static RdfLiteral Day(DateOnly day) => new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Datatype: "xsd:date");
}
