namespace OpenGov.ActionPlans;

/// <summary>
/// Dates of the exercise are dates in the instance's time zone: an activity that ends on 30 June is overdue on 1 July in Toluca,
/// not when it is 1 July in Greenwich.
/// </summary>
public sealed class InstanceClock(TimeProvider clock, IConfiguration configuration)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(configuration["OpenGov:TimeZone"] ?? "America/Mexico_City");

    public DateOnly Today => DateOf(clock.GetUtcNow());

    public DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
}
