using System.Globalization;

namespace OpenGov.SystemTests.Faults;

/// <summary>One fault of a schedule, and whether it happened.</summary>
/// <param name="at">So long after the schedule's start.</param>
/// <param name="act">Says whether it took effect.</param>
internal sealed class ScheduledFault(TimeSpan at, string name, Func<DrillSystem, Task<bool>> act)
{
    private bool? tookEffect;

    public TimeSpan At => at;

    public bool TookEffect => tookEffect == true;

    public async Task RunAsync(DrillSystem system)
    {
        await Task.Delay(at);
        tookEffect = await act(system);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.0} s {name}{(tookEffect == false ? " (not passed)" : "")}");
}
