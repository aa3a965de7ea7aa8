using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenGov.SampleLoader;

/// <summary>Somebody who follows the commitment with an e-mail address only: asks, reads the mail, confirms.</summary>
internal sealed partial class Follower(Api nobody, Uri gateway, Uri mailPage)
{
    private const string Address = "ciudadania@ejemplo.mx";

    public async Task FollowAsync(JsonNode commitment)
    {
        // The published commitment is on its way to Notifications: an unknown one cannot be followed yet.
        await nobody.WriteWhenAllowedAsync(HttpMethod.Post, "/api/notifications/v1/subscriptions", new JsonObject
        {
            ["email"] = Address,
            ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment["id"]!.GetValue<string>() },
            ["language"] = "es",
        });

        using var mails = new HttpClient { BaseAddress = mailPage };
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var all = await mails.GetFromJsonAsync<JsonArray>("email");
            var token = all!
                .Where(mail => mail!["to"]!.AsArray().Any(to => to!["address"]!.GetValue<string>() == Address))
                .Select(mail => ConfirmationLink().Match(mail!["text"]?.GetValue<string>() ?? ""))
                .LastOrDefault(match => match.Success)?.Groups["token"].Value;
            if (token is not null)
            {
                await nobody.WriteAsync(HttpMethod.Post, "/api/notifications/v1/subscription-confirmations", new JsonObject { ["token"] = token });
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        throw new SampleException($"no confirmation mail arrived at {mailPage} for {Address}; is the mail server of {gateway} set?");
    }

    [GeneratedRegex("/avisos/confirmar/(?<token>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConfirmationLink();
}
