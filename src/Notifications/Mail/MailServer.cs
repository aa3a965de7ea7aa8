using System.Net;
using System.Security.Cryptography;
using System.Text;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Mail;

public enum MailSecurity
{
    /// <summary>No encryption: on the machine itself, or where the administrator accepts it in so many words.</summary>
    None,

    /// <summary>Encrypted after a plain greeting (RFC 3207, usually port 587). Never falls back to plain.</summary>
    Starttls,

    /// <summary>Encrypted from the first byte (RFC 8314, usually port 465).</summary>
    Tls,
}

/// <summary>How mail leaves. <paramref name="Password"/> is open only in memory.</summary>
public sealed record MailServerSettings(
    string Host, int Port, MailSecurity Security, string? UserName, string? Password, EmailAddress From, string FromName, EmailAddress? ReplyTo);

/// <summary>
/// The instance's mail server. Host and port are the administrator's word: that our machine connects where they say is the
/// purpose, so it is only the administrator who may say it, and answers of the server are shown to nobody else.
/// </summary>
public sealed class MailServer : AggregateRoot
{
    private const string Purpose = "notifications: password of the mail server";
    private const int MaxLength = 255;

    private MailServer()
    {
    }

    public string Host { get; private set; } = "";
    public int Port { get; private set; }
    public MailSecurity Security { get; private set; }
    public bool AcceptUnencrypted { get; private set; }
    public string? UserName { get; private set; }
    public byte[]? PasswordSealed { get; private set; }
    public string FromAddress { get; private set; } = "";
    public string FromName { get; private set; } = "";
    public string? ReplyTo { get; private set; }

    public static MailServer New() => new() { Id = Guid.CreateVersion7() };

    /// <summary>
    /// Takes all settings or none. A missing password means the stored one, but only for the same user at the same server under
    /// the same protection: otherwise whoever can change the host could have the password sent to a host of theirs. Nor does one stay
    /// that cannot be read.
    /// </summary>
    public Result Set(MailServerRequest request, InstanceKey key)
    {
        var from = EmailAddress.Parse(request.FromAddress, "fromAddress");
        var replyTo = string.IsNullOrEmpty(request.ReplyTo) ? (Result<EmailAddress>?)null : EmailAddress.Parse(request.ReplyTo, "replyTo");
        List<Refusal> refusals = [.. Check(request), .. from.Refusals, .. replyTo?.Refusals ?? []];
        if (refusals.Count > 0)
            return Result.From(refusals);

        var host = request.Host!.Trim();
        var userName = string.IsNullOrEmpty(request.UserName) ? null : request.UserName;
        var samePlace = TryOpenPassword(key, out var stored) && stored is not null && host == Host && request.Port == Port && request.Security == Security && userName == UserName;
        if (userName is not null && string.IsNullOrEmpty(request.Password) && !samePlace)
            return Refusal.Rule("mail_password_required", "password");

        if (userName is null)
            PasswordSealed = null;
        else if (!string.IsNullOrEmpty(request.Password))
            PasswordSealed = key.Seal(Purpose, Encoding.UTF8.GetBytes(request.Password));
        (Host, Port, Security, AcceptUnencrypted, UserName) = (host, request.Port!.Value, request.Security!.Value, request.AcceptUnencrypted, userName);
        (FromAddress, FromName, ReplyTo) = (from.Value.ToString(), request.FromName!.Trim(), replyTo?.Value.ToString());
        return Result.Done;
    }

    /// <summary>Null where the password was sealed with another key than this instance's: then nobody can be written to until it is typed again.</summary>
    public MailServerSettings? TryOpen(InstanceKey key) => TryOpenPassword(key, out var password)
        ? new(
            Host, Port, Security, UserName, password, EmailAddress.Parse(FromAddress, "fromAddress").Value, FromName,
            ReplyTo is null ? null : EmailAddress.Parse(ReplyTo, "replyTo").Value)
        : null;

    /// <returns>False where there is one that cannot be read.</returns>
    public bool TryOpenPassword(InstanceKey key, out string? password)
    {
        password = null;
        if (PasswordSealed is null)
            return true;
        try
        {
            password = Encoding.UTF8.GetString(key.Open(Purpose, PasswordSealed));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static IEnumerable<Refusal> Check(MailServerRequest request)
    {
        foreach (var (field, text, required) in new[]
                 {
                     ("host", request.Host, true), ("fromName", request.FromName, true), ("userName", request.UserName, false), ("password", request.Password, false),
                 })
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                if (required)
                    yield return Refusal.Invalid(field, "field_required");
            }
            else if (text.Length > MaxLength)
            {
                yield return Refusal.Invalid(field, "field_too_long", MaxLength);
            }
            else if (text.Any(char.IsControl))
            {
                yield return Refusal.Invalid(field, "field_invalid");
            }
        }

        if (!string.IsNullOrWhiteSpace(request.Host) && Uri.CheckHostName(request.Host.Trim()) == UriHostNameType.Unknown)
            yield return Refusal.Invalid("host", "field_invalid");
        if (request.Port is not (>= 1 and <= 65535))
            yield return Refusal.Invalid("port", request.Port is null ? "field_required" : "field_invalid");
        if (request.Security is null)
            yield return Refusal.Invalid("security", "field_required");

        if (request is { Security: MailSecurity.None, Host: { } host } && !IsThisMachine(host.Trim()))
        {
            if (!string.IsNullOrEmpty(request.UserName))
                yield return Refusal.Rule("mail_password_needs_encryption", "security");
            else if (!request.AcceptUnencrypted)
                yield return Refusal.Rule("mail_encryption_required", "security");
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
