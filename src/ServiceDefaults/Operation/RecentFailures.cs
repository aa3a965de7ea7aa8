using System.Diagnostics;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.ServiceDefaults.Operation;

/// <param name="At">When it last happened.</param>
/// <param name="Since">When it first happened.</param>
/// <param name="Count">How often this process logged it since then.</param>
/// <param name="Where">The program's part that logged it.</param>
/// <param name="Text">In English, for the operator; without addresses and credentials.</param>
/// <param name="Cause">The exceptions' types and where they came from; null where there was none.</param>
public sealed record RecentFailure(DateTimeOffset At, DateTimeOffset Since, long Count, string Level, string Where, string Text, string? Cause, string? TraceId);

/// <summary>
/// The last failures of this process, in its memory: enough to say why, gone with the process (the log files keep more). Of
/// exceptions only type and place are kept, since messages may quote what people entered.
/// </summary>
public sealed class RecentFailures(TimeProvider clock)
{
    /// <summary>Different failures kept; the same one again only counts.</summary>
    private const int Kept = 30;

    private readonly Lock gate = new();
    private readonly LinkedList<(string Key, RecentFailure Failure)> last = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentFailure> All
    {
        get
        {
            lock (gate)
                return [.. last.Select(one => one.Failure)];
        }
    }

    public void Add(LogLevel level, string category, string template, string text, Exception? exception)
    {
        var cause = exception is null ? null : CauseOf(exception);
        var key = $"{category}|{template}|{cause}";
        var now = clock.GetUtcNow();
        var failure = new RecentFailure(now, now, 1, level.ToString().ToUpperInvariant(), category, SafeText.Of(text), cause, Activity.Current?.TraceId.ToString());
        lock (gate)
        {
            for (var node = last.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key)
                    continue;
                failure = failure with { Since = node.Value.Failure.Since, Count = node.Value.Failure.Count + 1 };
                last.Remove(node);
                break;
            }

            last.AddFirst((key, failure));
            if (last.Count > Kept)
                last.RemoveLast();
        }
    }

    private static string CauseOf(Exception exception)
    {
        var original = exception is LoggedException logged ? logged.Original : exception;
        var names = new List<string>();
        for (var one = original; one is not null && names.Count < 5; one = one.InnerException)
            names.Add(FailureText.NameOf(one));
        var place = new StackTrace(original, fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod())
            .FirstOrDefault(method => method?.DeclaringType?.FullName?.StartsWith("OpenGov.", StringComparison.Ordinal) == true);
        var text = string.Join(" ← ", names);
        return SafeText.Of(place is null ? text : $"{text} ({place.DeclaringType!.FullName}.{place.Name})");
    }
}

/// <summary>Hands errors of the log to <see cref="RecentFailures"/>.</summary>
[ProviderAlias("RecentFailures")]
internal sealed class RecentFailuresProvider(RecentFailures failures) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(failures, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(RecentFailures failures, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var template = (state as IReadOnlyList<KeyValuePair<string, object?>>)?.FirstOrDefault(pair => pair.Key == "{OriginalFormat}").Value as string;
            // Some formatters append the exception, message and all.
            failures.Add(logLevel, category, template ?? formatter(state, null), formatter(state, null), exception);
        }
    }
}
