using System.Net;

namespace OpenGov.Participants.Passkeys;

/// <summary>
/// For whom a passkey is made: the host name of the instance's public address (WebAuthn §5.1.2). It works under that name and no
/// other, which is why nobody can be lured into using it elsewhere.
/// </summary>
/// <param name="Id">Host name.</param>
/// <param name="Origins">From where a browser may use it.</param>
public sealed record RelyingParty(string Id, IReadOnlyList<string> Origins)
{
    private const string ThisMachine = "localhost";

    /// <returns>Null where the address has no name: WebAuthn knows no passkeys of numbers.</returns>
    public static RelyingParty? Of(string publicAddress)
    {
        var address = new Uri(publicAddress);
        // Tried out on one machine, before there is a name: browsers take this one without TLS.
        if (address.IsLoopback)
            return new RelyingParty(ThisMachine, [new UriBuilder(address) { Host = ThisMachine }.Uri.GetLeftPart(UriPartial.Authority)]);
        return address.HostNameType == UriHostNameType.Dns && !IPAddress.TryParse(address.IdnHost, out _)
            ? new RelyingParty(address.IdnHost, [address.GetLeftPart(UriPartial.Authority)])
            : null;
    }

    public bool Accepts(string origin, bool crossOrigin) => !crossOrigin && Origins.Contains(origin, StringComparer.Ordinal);
}
