namespace OpenGov.SystemTests.Faults;

/// <summary>A run that takes long: only with <c>tests/run.sh --long</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (!IsLong)
            Skip = "Takes long; runs with tests/run.sh --long";
    }

    public static bool IsLong => Environment.GetEnvironmentVariable("OPENGOV_LONG") is not null;
}
