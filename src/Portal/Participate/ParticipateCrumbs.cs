using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Participate;

internal static class ParticipateCrumbs
{
    public static List<Crumb> Of(params ReadOnlySpan<Crumb> more) => [new(Text.T("participate.title"), "/participa"), .. more];

    public static Crumb Registering => new(Text.T("participate.register"), "/participa/registro");

    public static Crumb Registrations => new(Text.T("participate.queue"), "/administracion/registros");
}
