using System.Globalization;
using System.Resources;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// Texts for people by code, in the request's language: first the service's own resources, then those that all share.
/// Spanish (es-MX) is the neutral language.
/// </summary>
public sealed class MessageCatalog(ResourceManager? own)
{
    private static readonly ResourceManager Shared = new("OpenGov.ServiceDefaults.Http.Messages", typeof(MessageCatalog).Assembly);

    /// <returns>The text, or the code itself where no text exists (a unit test of each service looks for such codes).</returns>
    public string Text(string code, params object?[] args)
    {
        var culture = CultureInfo.CurrentUICulture;
        var format = own?.GetString(code, culture) ?? Shared.GetString(code, culture) ?? code;
        return args.Length == 0 ? format : string.Format(culture, format, args);
    }
}
