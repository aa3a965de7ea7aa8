using System.Text.RegularExpressions;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// The last net under texts that leave the process for the operator's page and the diagnosis bundle: addresses of people and
/// whatever looks like a credential become marks. What writes those texts must keep such things out in the first place.
/// </summary>
public static partial class SafeText
{
    public const string Address = "[…@…]";
    public const string Secret = "[***]";

    public static string Of(string text, int longest = 500)
    {
        // Cut first: the bound also holds for what the expressions have to read.
        var cut = text.Length <= longest ? text : text[..longest] + "…";
        cut = UserInAddress().Replace(cut, "://" + Secret + "@");
        cut = NamedSecret().Replace(cut, "${name}" + Secret);
        cut = MailAddress().Replace(cut, Address);
        return Random().Replace(cut, Secret);
    }

    /// <summary>Of a text of any length: only the addresses of people.</summary>
    public static string WithoutAddresses(string text) => MailAddress().Replace(text, Address);

    [GeneratedRegex(@"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MailAddress();

    [GeneratedRegex("://[^/@\\s]+@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInAddress();

    [GeneratedRegex("""(?<name>\b(password|pwd|passwd|secret|token|bearer|authorization|cookie)\b\s*[=: ]\s*"?)[^\s;,"]+""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedSecret();

    /// <summary>43 characters of base64url are a session or a link; ids and trace ids (32 hexadecimal digits) stay.</summary>
    [GeneratedRegex("(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{32,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Random();
}
