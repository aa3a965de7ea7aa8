using Npgsql;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.ActionPlans;

/// <summary>
/// Dates of the exercise are dates in the instance's time zone: an activity that ends on 30 June is overdue on 1 July in Toluca,
/// not when it is 1 July in Greenwich.
/// </summary>
/// <param name="state">The instance's state, as this service knows it; null before the set-up.</param>
public sealed class InstanceClock(TimeProvider clock, Func<string?> state)
{
    /// <summary>A state is put right at most once in an instance's life; asking costs a millisecond.</summary>
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);

    private volatile Known? known;

    public DateOnly Today => DateOf(clock.GetUtcNow());

    public DateOnly DateOf(DateTimeOffset moment) => Zone.Today(moment);

    private StateZone Zone
    {
        get
        {
            var last = known;
            if (last is { IsSetUp: true } && clock.GetElapsedTime(last.At) < AskedAgainAfter)
                return last.Zone;
            try
            {
                var code = state();
                known = last = new Known(StateZone.Of(code), code is not null, clock.GetTimestamp());
            }
            catch (NpgsqlException) when (last is not null)
            {
                // Whatever is asked of the database next says that it is away.
            }

            return last!.Zone;
        }
    }

    public static InstanceClock Of(NpgsqlDataSource database, TimeProvider clock) => new(clock, () =>
    {
        using var command = database.CreateCommand("select cve_ent from instance limit 1");
        return command.ExecuteScalar() as string;
    });

    private sealed record Known(StateZone Zone, bool IsSetUp, long At);
}
