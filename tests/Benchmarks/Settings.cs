using System.Globalization;

namespace OpenGov.Benchmarks;

/// <param name="Rounds">How often each side of a comparison is measured.</param>
/// <param name="Seconds">How long one round of one side takes, where it is a matter of time.</param>
/// <param name="Facts">How many facts the filled log holds.</param>
/// <param name="Only">Measures to take; none means all.</param>
internal sealed record Settings(int Rounds, int Seconds, int Facts, string Output, IReadOnlyList<string> Only)
{
    public static Settings Read(string[] args)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["--rounds"] = "5", ["--seconds"] = "4", ["--facts"] = "20000", ["--output"] = "artifacts/benchmarks", ["--only"] = "" };
        for (var index = 0; index < args.Length; index += 2)
        {
            if (!values.ContainsKey(args[index]) || index + 1 >= args.Length)
                throw new ArgumentException($"Known are {string.Join(", ", values.Keys)}, each with a value; not {args[index]}.", nameof(args));
            values[args[index]] = args[index + 1];
        }

        int Number(string name) => int.Parse(values[name], NumberStyles.None, CultureInfo.InvariantCulture);
        return new Settings(Number("--rounds"), Number("--seconds"), Number("--facts"), values["--output"], values["--only"].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    public bool Wants(string measure) => Only.Count == 0 || Only.Contains(measure, StringComparer.Ordinal);
}
