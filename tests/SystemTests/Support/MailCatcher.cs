using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenGov.SystemTests.Support;

/// <summary>A mail as the mail catcher received it over SMTP.</summary>
public sealed record CaughtMail(string To, string Subject, string Text, IReadOnlyDictionary<string, string> Headers);

/// <summary>The mail catcher's REST API.</summary>
public sealed class MailCatcher(HttpClient client)
{
    public async Task<IReadOnlyList<CaughtMail>> AllAsync(string to) =>
        (await client.GetFromJsonAsync<JsonArray>("email"))!
            .Select(mail => new CaughtMail(
                mail!["to"]![0]!["address"]!.GetValue<string>(),
                mail["subject"]?.GetValue<string>() ?? "",
                mail["text"]?.GetValue<string>() ?? "",
                mail["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase)))
            .Where(mail => string.Equals(mail.To, to, StringComparison.OrdinalIgnoreCase))
            .ToList();

    /// <summary>The newest mail to the address that fits, waiting up to <paramref name="atMost"/>.</summary>
    public async Task<CaughtMail> WaitForAsync(string to, Func<CaughtMail, bool> fits, TimeSpan atMost)
    {
        CaughtMail? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await AllAsync(to)).LastOrDefault(fits)) is not null,
            atMost,
            $"a mail to {to}",
            // Each look fetches all mails there are.
            every: TimeSpan.FromMilliseconds(250));
        return found!;
    }

    public static string LinkIn(CaughtMail mail, string path) =>
        Regex.Match(mail.Text, $@"https?://\S+{Regex.Escape(path)}[A-Za-z0-9._-]+", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Value;
}
