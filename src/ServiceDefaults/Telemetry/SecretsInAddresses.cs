using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// Takes out of spans what an address may carry that nobody who reads traces may have: everything after the question mark
/// (searches, the set-up key, cursors) and the tokens of invitations, confirmations and unsubscriptions.
/// </summary>
public sealed partial class SecretsInAddresses : BaseProcessor<Activity>
{
    private const string Hidden = "***";
    private static readonly string[] Paths = ["url.path", "http.target", "url.full", "http.url", "http.route"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Paths)
        {
            if (data.GetTagItem(tag) is string address && Redact(address) is var redacted && !ReferenceEquals(redacted, address))
                data.SetTag(tag, redacted);
        }

        if (data.GetTagItem("url.query") is not null)
            data.SetTag("url.query", null);
        if (data.DisplayName.Contains('/', StringComparison.Ordinal))
            data.DisplayName = Redact(data.DisplayName);
    }

    /// <returns>The address without its query and secrets; the same object where there were none.</returns>
    public static string Redact(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? address : address[..query];
        return NamedSecret().IsMatch(path) || RandomSegment().IsMatch(path)
            ? RandomSegment().Replace(NamedSecret().Replace(path, "${before}" + Hidden), "/" + Hidden)
            : path;
    }

    /// <summary>What follows in these addresses is a credential, whatever it looks like.</summary>
    [GeneratedRegex(
        "(?<before>/(avisos/confirmar|avisos/baja|cuenta/invitacion|cuenta/restablecer|cuenta/correo|participa/confirmar|participa/representacion|invitations|registration-confirmations|representative-invitations|password-resets|address-confirmations|subscription-tokens)/)[^/{*][^/]*",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedSecret();

    /// <summary>A segment of 32 or more hexadecimal digits, or of mixed case with digits, is random: a token, should a new address carry one.</summary>
    [GeneratedRegex(
        "/(?=[^/]{32})([0-9a-fA-F]+|(?=[^/]*[a-z])(?=[^/]*[A-Z])(?=[^/]*[0-9])[A-Za-z0-9_-]+)(?=/|$)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RandomSegment();
}
