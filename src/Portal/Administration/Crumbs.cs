using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Administration;

internal static class Crumbs
{
    /// <summary>Home and administration, then the page above the one shown.</summary>
    public static List<Crumb> Of(params ReadOnlySpan<Crumb> more) => [new(Text.T("layout.administration"), "/administracion"), .. more];

    public static Crumb Organisations => new(Text.T("administration.menu_organisations"), "/administracion/organizaciones");
    public static Crumb Accounts => new(Text.T("administration.menu_accounts"), "/administracion/cuentas");
    public static Crumb Plans => new(Text.T("administration.menu_plans"), "/administracion/planes");
}
