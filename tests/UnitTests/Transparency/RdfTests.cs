using System.Text.Json;
using System.Text.RegularExpressions;
using OpenGov.Transparency.Catalogue;

namespace OpenGov.UnitTests.Transparency;

public sealed partial class RdfTests
{
    private const string Hostile = "Datos \"abiertos\" \\ de\r\n\tMéxico </script> ' @en . <http://evil> a \u0001\u007f 😀";

    [Fact]
    public void A_Turtle_literal_holds_hostile_text_and_gives_it_back()
    {
        var literal = Turtle.Literal(Hostile);
        // STRING_LITERAL_QUOTE of the grammar, and no control character beside.
        literal.ShouldMatch("""^"([^\x22\x5C\x0A\x0D]|\\[tbnrf"'\\]|\\u[0-9A-F]{4})*"$""");
        literal.Any(char.IsControl).ShouldBeFalse();
        Unescape(literal[1..^1]).ShouldBe(Hostile);
    }

    [Theory]
    [InlineData("https://ga.mx/ a> <b", "<https://ga.mx/%20a%3E%20%3Cb>")]
    [InlineData("https://ga.mx/\"{}|^`\\\n", "<https://ga.mx/%22%7B%7D%7C%5E%60%5C%0A>")]
    [InlineData("https://ga.mx/datos/plans#conjunto", "<https://ga.mx/datos/plans#conjunto>")]
    public void A_Turtle_IRI_cannot_leave_its_brackets(string iri, string written) => Turtle.Iri(iri).ShouldBe(written);

    [Fact]
    public void JSON_LD_holds_hostile_text_and_gives_it_back()
    {
        var node = new RdfNode("https://ga.mx/a b", "dcat:Catalog").Add("dct:title", new RdfLiteral(Hostile, "es"));
        var json = JsonDocument.Parse(JsonLd.Write(node)).RootElement;
        json.GetProperty("@id").GetString().ShouldBe("https://ga.mx/a%20b");
        json.GetProperty("dct:title").GetProperty("@value").GetString().ShouldBe(Hostile);
        json.GetProperty("dct:title").GetProperty("@language").GetString().ShouldBe("es");
    }

    [Fact]
    public void A_resource_used_twice_is_described_once()
    {
        var publisher = new RdfNode("https://ga.mx/p", "foaf:Agent").Add("foaf:name", new RdfLiteral("Infoem"));
        var root = new RdfNode("https://ga.mx/c", "dcat:Catalog").Add("dct:publisher", publisher)
            .Add("dcat:dataset", new RdfNode("https://ga.mx/d", "dcat:Dataset").Add("dct:publisher", publisher));
        Regex.Count(Turtle.Write(root), "Infoem", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBe(1);
        var json = JsonDocument.Parse(JsonLd.Write(root)).RootElement;
        json.GetProperty("dct:publisher").GetProperty("foaf:name").GetProperty("@value").GetString().ShouldBe("Infoem");
        json.GetProperty("dcat:dataset").GetProperty("dct:publisher").EnumerateObject().Select(member => member.Name).ShouldBe(["@id"]);
    }

    private static string Unescape(string text) => Escapes().Replace(text, match => match.Value[1] switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'u' => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
        var c => c.ToString(),
    });

    [GeneratedRegex(@"\\(u[0-9A-F]{4}|.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escapes();
}
