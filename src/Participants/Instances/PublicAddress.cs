using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

/// <summary>
/// The origin under which people reach the portal, for links: what the instance was set up with, before that
/// <c>OpenGov:PublicAddress</c>, before that the gateway on this machine (<c>OpenGov:GatewayPort</c>, 8080).
/// </summary>
public sealed class PublicAddress(ParticipantsDb db, IConfiguration configuration)
{
    public async Task<string> GetAsync(CancellationToken cancellationToken) =>
        await db.Instances.Select(row => row.Address).SingleOrDefaultAsync(cancellationToken)
        ?? configuration["OpenGov:PublicAddress"]?.TrimEnd('/')
        ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{configuration.GetValue("OpenGov:GatewayPort", 8080)}");

    /// <summary>An origin: https, or http on this machine; no path, query, fragment or credentials.</summary>
    /// <returns>Without a trailing slash, the host in ASCII.</returns>
    public static string Read(Fields fields, string? given)
    {
        const string Field = "publicAddress";
        if (string.IsNullOrWhiteSpace(given))
        {
            fields.Refuse(Refusal.Invalid(Field, "field_required"));
            return "";
        }

        if (given.Length > 300 || !Uri.TryCreate(given.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0
            || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0 || given.Contains('\\', StringComparison.Ordinal))
        {
            fields.Refuse(Refusal.Invalid(Field, "public_address_invalid"));
            return "";
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            fields.Refuse(Refusal.Rule("public_address_needs_https", Field));
        return $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}{(uri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}"))}";
    }
}
