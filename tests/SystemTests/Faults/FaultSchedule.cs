using System.Globalization;

namespace OpenGov.SystemTests.Faults;

/// <summary>Faults at random moments, made from a seed, so that the same seed is the same schedule.</summary>
internal sealed class FaultSchedule
{
    /// <summary>Longer pauses than the relay's patience (5 s) and the mails' lease (9 s), and shorter ones.</summary>
    private static readonly int[] PausesInMilliseconds = [300, 2000, 7000, 11_000];

    private readonly List<(TimeSpan At, string Name, Func<DrillSystem, Task> Act)> faults = [];

    public FaultSchedule(int seed)
    {
        Seed = seed;
#pragma warning disable CA5394 // Chance, not secrecy.
        var random = new Random(seed);
        var count = random.Next(1, 4);
        for (var i = 0; i < count; i++)
        {
            var at = TimeSpan.FromMilliseconds(random.Next(2500));
            var service = DrillSystem.Services[random.Next(DrillSystem.Services.Count)];
            var replica = random.Next(2) == 0 ? service : $"{service}-2";
            switch (random.Next(100))
            {
                case < 25:
                    Add(at, $"kill {replica}", system => Done(() => Faults.Kill(system, replica)));
                    break;
                case < 33:
                    Add(at, $"kill all of {service}", system => Done(() => Faults.Kill(system, service, all: true)));
                    break;
                case < 62:
                    var (owner, point) = Faults.Steps[random.Next(Faults.Steps.Count)];
                    Add(at, $"kill {owner} at {point}", system => Faults.KillAtAsync(system, owner, point, TimeSpan.FromSeconds(5)));
                    break;
                case < 70:
                    Add(at, "kill the broker", system => Done(() => Faults.Kill(system, "broker")));
                    break;
                case < 79:
                    Add(at, "kill PostgreSQL", system => Done(() => Faults.Kill(system, "postgres")));
                    break;
                case < 90:
                    var pause = TimeSpan.FromMilliseconds(PausesInMilliseconds[random.Next(PausesInMilliseconds.Length)]);
                    Add(at, string.Create(CultureInfo.InvariantCulture, $"pause {replica} for {pause.TotalSeconds} s"), system => Faults.PauseAsync(system, replica, pause));
                    break;
                case < 94:
                    Add(at, "kill the gateway", system => Done(() => Faults.Kill(system, "gateway")));
                    break;
                default:
                    var order = random.Next();
                    Add(at, "double and reorder messages", system => DoubleAsync(system, new Random(order)));
                    break;
            }
        }
#pragma warning restore CA5394
        faults.Sort((a, b) => a.At.CompareTo(b.At));
    }

    public int Seed { get; }

    public override string ToString() => $"seed {Seed.ToString(CultureInfo.InvariantCulture)}: "
        + string.Join(", ", faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.At.TotalSeconds:0.0} s {fault.Name}")));

    public async Task RunAsync(DrillSystem system) =>
        await Task.WhenAll(faults.Select(async fault =>
        {
            await Task.Delay(fault.At);
            await fault.Act(system);
        }));

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>Without a broker there is nothing to double.</summary>
    private static async Task DoubleAsync(DrillSystem system, Random order)
    {
        try
        {
            await using var tap = await MessageTap.ListenAsync(system, "action-plans");
            await Task.Delay(TimeSpan.FromMilliseconds(700));
            await tap.SendAgainAsync("transparency.action-plans", order);
            await tap.SendAgainAsync("notifications.action-plans", order);
        }
        catch (Exception exception) when (exception is RabbitMQ.Client.Exceptions.RabbitMQClientException or IOException)
        {
            // Another fault of the schedule took the broker away.
        }
    }

    private void Add(TimeSpan at, string name, Func<DrillSystem, Task> act) => faults.Add((at, name, act));
}
