using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SigningKeys;

public static class SigningKeysApi
{
    public static void AddSigningKeys(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeyRing>();
        services.Replace(ServiceDescriptor.Singleton<TokenKeys, OwnTokenKeys>());
    }

    public static void MapSigningKeys(this IEndpointRouteBuilder api)
    {
        api.MapGet("/jwks", Publish).WithTags("Keys").WithSummary("Public keys of access tokens (RFC 7517).");
        api.MapGroup("/signing-keys").WithTags("Keys").NeverStored().RequireStaff(StaffRole.Administrator)
            .MapPost("/rotation", RotateSigningKey.Handle).WithSummary("A new key signs from now on.");
    }

    private static async Task<Ok<JsonWebKeySet>> Publish(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        // Asked for when a token names a key not seen yet: an old answer would be the wrong one.
        http.Response.Headers.CacheControl = "no-cache";
        var keys = await SigningKeyRing.PublishedIn(db).ToListAsync(cancellationToken);
        return TypedResults.Ok(new JsonWebKeySet([.. keys.Select(Published)]));
    }

    private static JsonWebKey Published(SigningKey key)
    {
        using var publicKey = key.OpenPublic();
        return JsonWebKey.From(publicKey, key.KeyId);
    }
}
