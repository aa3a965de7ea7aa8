using System.Globalization;
using System.Text.RegularExpressions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Subscriptions;

/// <summary>
/// One e-mail address in the form in which it goes into SMTP commands and headers: ASCII, no display name, no quoted local part,
/// no address literal, the domain in lower case with IDN labels as punycode (RFC 5321 §4.1.2, RFC 5890). So nothing that could
/// end a header or a command ever gets into one. Addresses with a non-ASCII local part (SMTPUTF8) are refused.
/// </summary>
public sealed partial class EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalLength = 64;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string local, string domain) => (Local, Domain) = (local, domain);

    public string Local { get; }
    public string Domain { get; }

    /// <summary>The form under which one mailbox is found again. Servers that tell Ana@ from ana@ are not known to exist.</summary>
    public string Normalized => $"{Local.ToLowerInvariant()}@{Domain}";

    /// <summary>For lists that people read: <c>m***@dominio.mx</c>.</summary>
    public string Masked => $"{Local[0]}***@{Domain}";

    public override string ToString() => $"{Local}@{Domain}";

    /// <param name="field">Name of the field in the refusal.</param>
    public static Result<EmailAddress> Parse(string? text, string field)
    {
        text = text?.Trim(' ');
        if (string.IsNullOrEmpty(text))
            return Refusal.Invalid(field, "field_required");
        if (text.Length > MaxLength)
            return Refusal.Invalid(field, "field_too_long", MaxLength);

        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > MaxLocalLength || !DotAtom().IsMatch(text[..at]) || ToAscii(text[(at + 1)..]) is not { } domain)
            return Refusal.Invalid(field, "email_invalid");
        return at + 1 + domain.Length <= MaxLength ? new EmailAddress(text[..at], domain) : Refusal.Invalid(field, "field_too_long", MaxLength);
    }

    private static string? ToAscii(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain).ToLowerInvariant();
            return HostName().IsMatch(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DotAtom();

    // At least two labels, the last one not a number: no single-label hosts, no addresses of machines.
    [GeneratedRegex(@"\A(?=.{4,253}\z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();
}
