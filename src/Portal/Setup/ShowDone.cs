using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Setup;

internal static class ShowDone
{
    public static IResult Handle(HttpContext http, Visit visit) => visit.Session is null ? Pages.SignInFirst(http) : Pages.Of<SetupDonePage>();
}
