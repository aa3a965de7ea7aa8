using System.Text;
using Npgsql;
using OpenGov.Transparency.Files;

namespace OpenGov.Transparency.Catalogue;

/// <summary><c>/datos/catalogo.jsonld</c>, <c>.ttl</c> (DCAT 3) and <c>.json</c> (the Mexican shape).</summary>
internal static class CatalogueFiles
{
    public static async Task<IResult> JsonLdAsync(HttpContext http, NpgsqlDataSource database) =>
        await FileAsync(http, database, "application/ld+json", (facts, origin) => JsonLd.Write(DcatCatalogue.Build(facts, origin)));

    public static async Task<IResult> TurtleAsync(HttpContext http, NpgsqlDataSource database) =>
        await FileAsync(http, database, "text/turtle; charset=utf-8", (facts, origin) => Encoding.UTF8.GetBytes(Turtle.Write(DcatCatalogue.Build(facts, origin))));

    public static async Task<IResult> AdelaAsync(HttpContext http, NpgsqlDataSource database) =>
        await FileAsync(http, database, "application/json; charset=utf-8", (facts, origin) => AdelaCatalogue.Of(facts, origin).Write());

    private static async Task<IResult> FileAsync(
        HttpContext http, NpgsqlDataSource database, string contentType, Func<CatalogueFacts, string, byte[]> write)
    {
        var facts = await CatalogueFacts.ReadAsync(database, http.RequestAborted);
        // Before the set-up nobody has said what the public address is; the caller's is as good as any.
        var origin = facts.Instance?.PublicAddress ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return Content.Of(http, write(facts, origin), contentType);
    }
}
