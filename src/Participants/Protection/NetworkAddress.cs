using System.Net;
using System.Net.Sockets;

namespace OpenGov.Participants.Protection;

/// <summary>
/// The network that a request came from, as the gateway saw it: <c>X-Forwarded-For</c> is written by the gateway (which drops
/// what callers claim) and passed on by the portal; this service listens only to them.
/// </summary>
public static class NetworkAddress
{
    /// <returns>An IPv4 address, or the /64 of an IPv6 address (a household or office has a whole one); null where nobody said.</returns>
    public static string? Of(HttpContext http)
    {
        var claimed = http.Request.Headers["X-Forwarded-For"].ToString();
        var nearest = claimed.Split(',')[^1].Trim();
        var address = IPAddress.TryParse(nearest, out var forwarded) ? forwarded : null;
        if (address is null)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
