namespace OpenGov.Participants.Http;

internal static class NeverStoredExtensions
{
    /// <summary>Answers with personal data or secrets are kept by no cache, not even the browser's.</summary>
    public static RouteGroupBuilder NeverStored(this RouteGroupBuilder group) => group.AddEndpointFilter((context, next) =>
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    });
}
