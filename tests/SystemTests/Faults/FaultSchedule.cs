using System.Globalization;

namespace OpenGov.SystemTests.Faults;

/// <summary>Faults at random moments, made from a seed, so that the same seed is the same schedule.</summary>
internal sealed class FaultSchedule
{
    /// <summary>Longer pauses than the relay's patience (5 s) and the mails' lease (9 s), and shorter ones.</summary>
    private static readonly int[] PausesInMilliseconds = [300, 2000, 7000, 11_000];

    /// <summary>How often another is drawn where nothing took effect; each is enough by itself with more than even chances.</summary>
    private const int Redraws = 20;

    private readonly List<ScheduledFault> faults = [];
    private readonly Random random;

    public FaultSchedule(int seed)
    {
        Seed = seed;
#pragma warning disable CA5394 // Chance, not secrecy.
        random = new Random(seed);
        var count = random.Next(1, 4);
        for (var i = 0; i < count; i++)
            faults.Add(Draw(TimeSpan.FromMilliseconds(random.Next(2500))));
#pragma warning restore CA5394
        faults.Sort((a, b) => a.At.CompareTo(b.At));
    }

    public int Seed { get; }

    public override string ToString() => $"seed {Seed.ToString(CultureInfo.InvariantCulture)}: {string.Join(", ", faults)}";

    /// <summary>
    /// Ends when each fault has happened, or cannot any more: a point that nobody passes, a process that another fault took away.
    /// Where none took effect others are drawn, so that no schedule is without a fault.
    /// </summary>
    public async Task RunAsync(DrillSystem system)
    {
        await Task.WhenAll(faults.Select(fault => fault.RunAsync(system)));
        for (var redraw = 0; !faults.Any(fault => fault.TookEffect); redraw++)
        {
            redraw.ShouldBeLessThan(Redraws, $"{this}: nothing takes effect");
            var another = Draw(TimeSpan.Zero);
            faults.Add(another);
            await another.RunAsync(system);
        }
    }

#pragma warning disable CA5394 // Chance, not secrecy.
    private ScheduledFault Draw(TimeSpan at)
    {
        var service = DrillSystem.Services[random.Next(DrillSystem.Services.Count)];
        var replica = random.Next(2) == 0 ? service : $"{service}-2";
        switch (random.Next(100))
        {
            case < 25:
                return new(at, $"kill {replica}", system => Faults.KillAsync(system, replica));
            case < 33:
                return new(at, $"kill all of {service}", system => Faults.KillAsync(system, service, all: true));
            case < 62:
                var (owner, point) = Faults.Steps[random.Next(Faults.Steps.Count)];
                return new(at, $"kill {owner} at {point}", system => Faults.KillAtAsync(system, owner, point, TimeSpan.FromSeconds(5)));
            case < 70:
                return new(at, "kill the broker", system => Faults.KillAsync(system, "broker"));
            case < 79:
                return new(at, "kill PostgreSQL", system => Faults.KillAsync(system, "postgres"));
            case < 90:
                var pause = TimeSpan.FromMilliseconds(PausesInMilliseconds[random.Next(PausesInMilliseconds.Length)]);
                return new(at, string.Create(CultureInfo.InvariantCulture, $"pause {replica} for {pause.TotalSeconds} s"), system => Faults.PauseAsync(system, replica, pause));
            case < 94:
                return new(at, "kill the gateway", system => Faults.KillAsync(system, "gateway"));
            default:
                var order = random.Next();
                return new(at, "double and reorder messages", system => DoubleAsync(system, new Random(order)));
        }
    }
#pragma warning restore CA5394

    /// <summary>Without a broker there is nothing to double.</summary>
    private static async Task<bool> DoubleAsync(DrillSystem system, Random order)
    {
        try
        {
            await using var tap = await MessageTap.ListenAsync(system, "action-plans");
            await Task.Delay(TimeSpan.FromMilliseconds(700));
            return await tap.SendAgainAsync("transparency.action-plans", order) + await tap.SendAgainAsync("notifications.action-plans", order) > 0;
        }
        catch (Exception exception) when (exception is RabbitMQ.Client.Exceptions.RabbitMQClientException or IOException)
        {
            // Another fault of the schedule took the broker away.
            return false;
        }
    }
}
