using System.Net.Mail;
using System.Text;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>Addresses of RFC 5321 in their plain form: no display name, no quotes, no comments, a dotted domain.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3, less the angle brackets.</summary>
    public const int MaxLength = 254;

    /// <summary>Stands where the table asks for an address and the person has none. The domain exists nowhere (RFC 2606 §2).</summary>
    private const string NoneDomain = "@sin-correo.invalid";

    public static string NoneOf(Guid account) => $"{account:N}{NoneDomain}";

    public static bool IsNone(string address) => address.EndsWith(NoneDomain, StringComparison.OrdinalIgnoreCase);

    public static Result<string> Read(string field, string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
            return Refusal.Invalid(field, "field_required");
        string address;
        try
        {
            address = given.Trim().Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Lone surrogates, and code points that are no characters.
            return Refusal.Invalid(field, "email_invalid");
        }

        var at = address.LastIndexOf('@');
        return address.Length <= MaxLength && !IsNone(address)
            && at is > 0 and <= 64
            && address.IndexOf('@', StringComparison.Ordinal) == at
            && address.IndexOf('.', at) > 0
            && !address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '"' or '<' or '>' or '(' or ')' or ',' or ';' or ':' or '\\')
            && MailAddress.TryCreate(address, out var parsed) && parsed.Address == address
                ? address
                : Refusal.Invalid(field, "email_invalid");
    }

    /// <summary>For pages and mails that others might see: <c>m***@dominio.mx</c>.</summary>
    public static string Mask(string address) => $"{address[0]}***{address[address.LastIndexOf('@')..]}";

    /// <summary>The form under which an address is unique and looked up; the same as ASP.NET Core Identity's.</summary>
    public static string Normalize(string address) => address.Trim().Normalize().ToUpperInvariant();
}
