namespace OpenGov.Notifications.Mail;

/// <summary>What mails say of the instance.</summary>
/// <param name="PublicAddress">Origin of the portal without a trailing slash; empty while the instance is not set up.</param>
public sealed record MailInstance(string Name, string PublicAddress)
{
    public string Host => Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) ? address.IdnHost : "";
}
