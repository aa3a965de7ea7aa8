using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.UnitTests.ServiceDefaults;

/// <summary>The console is the whole process's: nothing else may run while it is taken.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleCollection
{
    public const string Name = "the console";
}

/// <summary>What every process writes to its log, as <see cref="TelemetryExtensions.AddTelemetry"/> sets it up.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class LogLineTests
{
    /// <summary>Line breaks of every kind that some reader of logs takes for one, and what ends a JSON text.</summary>
    private const string Hostile = "x\r\nFALSE entry\nFALSE\u2028FALSE\u2029FALSE\u0085FALSE\v\f\"}\n{\"Category\":\"FALSE\"}";

    [Fact]
    public void A_line_break_in_a_value_makes_no_line_of_its_own_in_a_log()
    {
        var lines = LinesOf(_ => { });
        lines.Count.ShouldBe(3);
        foreach (var line in lines)
            JsonNode.Parse(line)!["Category"]!.GetValue<string>().ShouldContain("LogLineTests");
        JsonNode.Parse(lines[0])!["State"]!["What"]!.GetValue<string>().ShouldBe(Hostile, "it was written, and can be read again");
        JsonNode.Parse(lines[2])!["Category"]!.GetValue<string>().ShouldBe($"LogLineTests {Hostile}");

        // The control: written as text the same values do break lines, and this would see it.
        LinesOf(builder => builder.Logging.AddSimpleConsole()).ShouldContain(line => line.TrimStart().StartsWith("FALSE", StringComparison.Ordinal));
    }

    private static List<string> LinesOf(Action<HostApplicationBuilder> change)
    {
        var former = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.AddTelemetry("prueba");
            change(builder);
            using var provider = builder.Services.BuildServiceProvider();
            var factory = provider.GetRequiredService<ILoggerFactory>();
#pragma warning disable CA1848, CA1873 // Once.
            factory.CreateLogger("LogLineTests").LogWarning("A value: {What}", Hostile);
            factory.CreateLogger("LogLineTests").LogError(new InvalidOperationException(Hostile), "An exception");
            factory.CreateLogger($"LogLineTests {Hostile}").LogWarning("A category");
#pragma warning restore CA1848, CA1873
        }
        finally
        {
            // Disposed by now: the queue was written to its end.
            Console.SetOut(former);
        }

        // As a reader that knows every kind of line break would split it.
        return [.. written.ToString().Split(["\r\n", "\n", "\r", "\u2028", "\u2029", "\u0085", "\v", "\f"], StringSplitOptions.RemoveEmptyEntries)];
    }
}
