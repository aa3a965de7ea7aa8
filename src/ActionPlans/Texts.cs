using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans;

/// <summary>The same demands on texts in requests as on those in plan documents.</summary>
internal static class Texts
{
    /// <returns>The code of what is wrong, or null. A text is required, has at most so many UTF-16 units and no control characters.</returns>
    public static string? Check(string? text, int maxLength) => text switch
    {
        null => "field_required",
        _ when string.IsNullOrWhiteSpace(text) => "text_empty",
        _ when text.Length > maxLength => "field_too_long",
        _ when UnwantedCharacters.AreIn(text) => "text_has_control_characters",
        _ => null,
    };

    /// <summary>http or https, absolute, without a user name: what a public page may link to.</summary>
    public static bool IsWebAddress(string? address) => address is { Length: <= 2000 }
        && !address.AsSpan().ContainsAny(UnwantedCharacters.All) && !address.Any(char.IsWhiteSpace)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0
        // The database looks at the text, not at the parsed address.
        && (address.StartsWith("http://", StringComparison.Ordinal) || address.StartsWith("https://", StringComparison.Ordinal));
}
