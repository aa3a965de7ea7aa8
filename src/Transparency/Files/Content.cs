using System.Security.Cryptography;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Transparency.Files;

/// <summary>Small documents made for the request; the ETag is the SHA-256 of their bytes, so it is exact by itself.</summary>
internal static class Content
{
    public static IResult Of(HttpContext http, byte[] bytes, string contentType)
    {
        http.Response.Headers.CacheControl = "public, no-cache";
        if (http.IsNotModified(ETags.Of(Convert.ToHexStringLower(SHA256.HashData(bytes))[..32])))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Bytes(bytes, contentType);
    }
}
