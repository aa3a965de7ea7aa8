using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OpenGov.UnitTests.ServiceDefaults;

internal sealed record WrittenLine(LogLevel Level, string Category, string Text, Exception? Exception);

/// <summary>Keeps what is logged, for a test to read.</summary>
internal sealed class WrittenLines : ILoggerProvider
{
    private readonly ConcurrentQueue<WrittenLine> written = new();

    public IReadOnlyList<WrittenLine> Written => [.. written];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, written);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<WrittenLine> written) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                written.Enqueue(new WrittenLine(logLevel, category, formatter(state, exception), exception));
        }
    }
}
