using OpenGov.Portal.Http;

namespace OpenGov.Portal.Home;

internal static class HomePages
{
    public static void MapHome(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/", ["GET", "HEAD"], ShowHome.HandleAsync);
        pages.MapMethods("/accesibilidad", ["GET", "HEAD"], IResult () => Pages.Of<AccessibilityPage>());
    }
}
