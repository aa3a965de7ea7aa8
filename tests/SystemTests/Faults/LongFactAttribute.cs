namespace OpenGov.SystemTests.Faults;

/// <summary>A run that takes long: only with <c>tests/run.sh --long</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("OPENGOV_LONG") is null)
            Skip = "Takes long; runs with tests/run.sh --long";
    }
}
