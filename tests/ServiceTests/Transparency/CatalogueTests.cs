using System.Net;
using System.Text.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Transparency.Datasets;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>SPEC §6.2: the catalogue in its three files.</summary>
public sealed class CatalogueTests : IAsyncLifetime
{
    private readonly TransparencyHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Before_the_set_up_the_catalogue_is_empty_and_valid()
    {
        var dcat = await service.JsonAsync("/datos/catalogo.jsonld");
        dcat.GetProperty("dct:title").GetArrayLength().ShouldBe(2);
        dcat.GetProperty("dct:publisher").GetProperty("foaf:name").GetProperty("@value").GetString().ShouldBe("OpenGovAspire");
        dcat.TryGetProperty("dcat:dataset", out _).ShouldBeFalse();
        (await service.JsonAsync("/datos/catalogo.json")).GetProperty("dataset").GetArrayLength().ShouldBe(0);
        (await service.GetAsync("/datos/catalogo.ttl")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task DCAT_AP_3_0_1_asks_these_properties_of_each_class()
    {
        var (plan, commitment) = Facts.Exercise();
        await service.TellOfParticipantsAsync(Facts.Instance());
        await service.TellAsync(plan, commitment);
        var catalogue = await service.JsonAsync("/datos/catalogo.jsonld");

        catalogue.GetProperty("@id").GetString().ShouldBe("https://ga.example.mx/datos/catalogo");
        ShouldHave(catalogue, "dct:title", "dct:description", "dct:publisher", "dct:license", "dct:issued", "dct:modified", "dct:language", "dct:spatial");
        catalogue.GetProperty("dct:license").GetProperty("@id").GetString().ShouldBe("http://datos.gob.mx/libreusomx/");
        catalogue.GetProperty("dct:spatial").GetProperty("dct:identifier").GetProperty("@value").GetString().ShouldBe("15");
        var datasets = catalogue.GetProperty("dcat:dataset").EnumerateArray().ToArray();
        datasets.Length.ShouldBe(DatasetDefinitions.All.Count);
        foreach (var dataset in datasets)
        {
            ShouldHave(dataset, "dct:title", "dct:description", "dct:identifier", "dct:publisher", "dcat:contactPoint", "dcat:keyword", "dcat:theme",
                "dct:language", "dct:spatial", "dct:temporal", "dct:accrualPeriodicity", "dct:conformsTo", "dct:issued", "dct:modified");
            dataset.GetProperty("dct:temporal").GetProperty("dcat:startDate").GetProperty("@value").GetString().ShouldBe("2026-01-01");
            foreach (var distribution in dataset.GetProperty("dcat:distribution").EnumerateArray())
            {
                ShouldHave(distribution, "dcat:accessURL", "dct:license", "dct:format", "dcat:mediaType", "dct:conformsTo");
                // Every address that the catalogue names is there.
                var address = distribution.GetProperty("dcat:accessURL").GetProperty("@id").GetString()!;
                (await service.GetAsync(new Uri(address).PathAndQuery)).StatusCode.ShouldBe(HttpStatusCode.OK, address);
            }

            (await service.GetAsync(new Uri(dataset.GetProperty("dct:conformsTo").GetProperty("@id").GetString()!).PathAndQuery)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        ShouldHave(catalogue.GetProperty("dcat:service"), "dct:title", "dcat:endpointURL", "dcat:servesDataset");
    }

    [Fact]
    public async Task The_Mexican_shape_has_its_keys()
    {
        await service.TellOfParticipantsAsync(Facts.Instance());
        var catalogue = await service.JsonAsync("/datos/catalogo.json");
        ShouldHave(catalogue, "title", "description", "homepage", "issued", "modified", "language", "license", "dataset");
        foreach (var dataset in catalogue.GetProperty("dataset").EnumerateArray())
        {
            ShouldHave(dataset, "title", "description", "modified", "contactPoint", "identifier", "accessLevel", "accessLevelComment", "spatial", "language",
                "publisher", "keyword", "distribution");
            ShouldHave(dataset.GetProperty("publisher"), "name", "mbox");
            foreach (var distribution in dataset.GetProperty("distribution").EnumerateArray())
                ShouldHave(distribution, "downloadURL", "mediaType", "byteSize", "temporal", "spatial", "accrualPeriodicity");
        }
    }

    [Fact]
    public async Task The_publisher_has_the_present_name_of_the_guarantor_and_a_hostile_name_stays_a_name()
    {
        const string hostile = "Gobierno \"Abierto\" \\ <x> .\n] ; a <http://evil>";
        var instance = Facts.Instance(hostile);
        await service.TellOfParticipantsAsync(instance);
        var before = await service.ETagAsync("/datos/catalogo.ttl");
        await service.TellOfParticipantsAsync(new OrganisationRegisteredV1(
            instance.GuarantorId, 1, new OrganisationDetails("Instituto nuevo", "IN", OrganisationKind.Guarantor, Sector.Guarantor, null)));

        (await service.ETagAsync("/datos/catalogo.ttl")).ShouldNotBe(before);
        var dcat = await service.JsonAsync("/datos/catalogo.jsonld");
        dcat.GetProperty("dct:publisher").GetProperty("foaf:name").GetProperty("@value").GetString().ShouldBe("Instituto nuevo");
        dcat.GetProperty("dct:title")[0].GetProperty("@value").GetString().ShouldBe($"Datos abiertos de {hostile}");
        var turtle = await (await service.GetAsync("/datos/catalogo.ttl")).Content.ReadAsStringAsync();
        turtle.ShouldContain("\"Datos abiertos de Gobierno \\\"Abierto\\\" \\\\ <x> .\\n] ; a <http://evil>\"@es");
    }

    private static void ShouldHave(JsonElement node, params string[] properties)
    {
        foreach (var property in properties)
            node.TryGetProperty(property, out _).ShouldBeTrue(property);
    }
}
