using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Operation;

internal static class OperationCrumbs
{
    public static List<Crumb> Of(params ReadOnlySpan<Crumb> more) => [new(Text.T("operation.title"), "/operacion"), .. more];

    public static Crumb Messages => new(Text.T("operation.parked"), "/operacion/mensajes");
}
