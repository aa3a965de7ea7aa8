using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Portal.Assets;

internal static class AssetEndpoints
{
    private const string Immutable = "public, max-age=31536000, immutable";

    public static void MapAssets(this WebApplication app)
    {
        app.MapMethods("/recursos/{file}", ["GET", "HEAD"], Get).ExcludeFromDescription().DependsOnStateOnly();
        app.MapMethods("/favicon.ico", ["GET", "HEAD"], (EmbeddedAssets assets) => TypedResults.Redirect(assets.AddressOf("icono.svg"))).ExcludeFromDescription();
    }

    private static Results<FileContentHttpResult, NotFound> Get(HttpContext http, EmbeddedAssets assets)
    {
        if (assets.At(http.Request.Path) is not { } asset)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = Immutable;
        return TypedResults.File(asset.Content, asset.MediaType, entityTag: asset.ETag);
    }
}
