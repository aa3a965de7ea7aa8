using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using OpenGov.SystemTests.Support;
using RabbitMQ.Client;

namespace OpenGov.SystemTests.Security;

/// <summary>Looks through what lies in the broker's queues, without taking anything away.</summary>
internal static class BrokerQueues
{
    /// <summary>Messages in every queue of the broker, also those that nobody could handle.</summary>
    /// <param name="probe">Put into a queue of the test's own before, to be found there.</param>
    public static async Task<List<string>> SearchAsync(RunningSystem system, IReadOnlyCollection<string> canaries, string? probe = null)
    {
        var broker = new Uri((await system.App.GetConnectionStringAsync("broker"))!);
        await using var opened = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await opened.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        const string Own = "busqueda-de-la-prueba";
        if (probe is not null)
        {
            await channel.QueueDeclareAsync(Own, durable: false, exclusive: false, autoDelete: false);
            await channel.BasicPublishAsync(exchange: "", routingKey: Own, Encoding.UTF8.GetBytes($"para {probe}"));
        }

        using var management = new HttpClient { BaseAddress = system.App.GetEndpoint("broker", "management") };
        management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo))));
        // A queue that belongs to one connection is that process's own, and ends with it.
        var queues = (await management.GetFromJsonAsync<JsonArray>("/api/queues"))!.Where(queue => queue!["exclusive"]?.GetValue<bool>() != true).Select(queue => (Name: queue!["name"]!.GetValue<string>(), Host: queue["vhost"]!.GetValue<string>())).ToList();
        queues.Count.ShouldBeGreaterThan(3);
        var found = new List<string>();
        foreach (var (name, host) in queues)
        {
            using var answer = await management.PostAsJsonAsync(
                $"/api/queues/{Uri.EscapeDataString(host)}/{Uri.EscapeDataString(name)}/get", new { count = 5000, ackmode = "ack_requeue_true", encoding = "auto" });
            if (!answer.IsSuccessStatusCode)
            {
                // A queue with one consumer at a time lets nobody else look: then it must be empty, which it is as soon as that one is done.
                (await answer.Content.ReadAsStringAsync()).ShouldContain("single active consumer");
                await Eventually.HoldsAsync(async () => (await channel.QueueDeclarePassiveAsync(name)).MessageCount == 0, TimeSpan.FromSeconds(60), $"{name} to be empty");
                continue;
            }

            // Text where it is text, as JSON writes it: decoded before it is looked through.
            var messages = (await answer.Content.ReadFromJsonAsync<JsonArray>())!.Select(message => message!["payload"]!.GetValue<string>());
            found.AddRange(messages.Where(message => canaries.Any(canary => message.Contains(canary, StringComparison.OrdinalIgnoreCase))).Select(message => $"{name}: {message[..Math.Min(200, message.Length)]}"));
        }

        await channel.QueueDeleteAsync(Own);
        return found;
    }
}
