using Npgsql;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.ActionPlans;

/// <summary>
/// Dates of the exercise are dates in the instance's time zone: an activity that ends on 30 June is overdue on 1 July in Toluca,
/// not when it is 1 July in Greenwich. Who asks for a day may hold a connection already, so nobody waits for another one once the state is known.
/// </summary>
/// <param name="state">The instance's state, as this service knows it; null before the set-up.</param>
public sealed class InstanceClock(TimeProvider clock, Func<string?> state)
{
    /// <summary>A state is put right at most once in an instance's life; asking costs a millisecond.</summary>
    internal static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);

    private volatile Known? known;
    private int isAsking;

    public DateOnly Today => DateOf(clock.GetUtcNow());

    /// <summary>Before the first request asks, which may hold a connection then.</summary>
    public void AskFirst() => _ = Zone;

    public DateOnly DateOf(DateTimeOffset moment) => Zone.Today(moment);

    private StateZone Zone
    {
        get
        {
            var last = known;
            if (last is { IsSetUp: true })
            {
                if (clock.GetElapsedTime(last.At) >= AskedAgainAfter && Interlocked.Exchange(ref isAsking, 1) == 0)
                    _ = Task.Factory.StartNew(AskAgain, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return last.Zone;
            }

            try
            {
                return Ask().Zone;
            }
            catch (NpgsqlException) when (last is not null)
            {
                // Whatever is asked of the database next says that it is away.
                return last.Zone;
            }
        }
    }

    private Known Ask()
    {
        var code = state();
        return known = new Known(StateZone.Of(code), code is not null, clock.GetTimestamp());
    }

    /// <summary>On a thread of its own: those of the pool answer requests, which may have every connection that there is.</summary>
    private void AskAgain()
    {
        try
        {
            Ask();
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
        {
            // The database is away, or this process ends. What is known holds until it is asked once more.
            if (known is { } last)
                known = last with { At = clock.GetTimestamp() };
        }
        finally
        {
            Volatile.Write(ref isAsking, 0);
        }
    }

    public static InstanceClock Of(NpgsqlDataSource database, TimeProvider clock) => new(clock, () =>
    {
        using var command = database.CreateCommand("select cve_ent from instance limit 1");
        return command.ExecuteScalar() as string;
    });

    private sealed record Known(StateZone Zone, bool IsSetUp, long At);
}
