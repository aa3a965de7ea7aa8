using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.States;

public static class StatesApi
{
    public static void MapStates(this IEndpointRouteBuilder api) =>
        api.MapGet("/states", List).DependsOnStateOnly().WithTags("Instance").WithSummary("The 32 federative entities with their INEGI and ISO codes.");

    private static Ok<Page<State>> List(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return TypedResults.Ok(new Page<State>(State.All, Next: null));
    }
}
