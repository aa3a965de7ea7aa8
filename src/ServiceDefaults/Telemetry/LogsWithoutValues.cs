using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// Stands before everything that writes logs, so that console, collector and operator's page alike see exceptions without the values
/// that their messages quote. What stands in a log's own template and arguments is its writer's to answer for.
/// </summary>
internal sealed class LogsWithoutValues(ILoggerFactory inner) : ILoggerFactory
{
    public static void Use(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new LogsWithoutValues(new LoggerFactory(
        provider.GetServices<ILoggerProvider>(), provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(), provider.GetRequiredService<IOptions<LoggerFactoryOptions>>(),
        provider.GetService<IExternalScopeProvider>()))));

    public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception is null or LoggedException ? exception : new LoggedException(exception), formatter);
    }
}

/// <summary>An exception as logs show it: its type, what <see cref="FailureText"/> says of it, and where it came from.</summary>
public sealed class LoggedException(Exception original) : Exception(FailureText.Of(original))
{
    public Exception Original { get; } = original;

    public override string? StackTrace => Original.StackTrace;

    public override string ToString()
    {
        var text = new System.Text.StringBuilder(Original.GetType().FullName).Append(": ").Append(Message);
        for (var one = Original; one is not null; one = one.InnerException)
        {
            if (one.StackTrace is { Length: > 0 } stack)
                text.Append(one == Original ? "\n" : "\n ---> " + one.GetType().FullName + "\n").Append(stack);
        }

        return text.ToString();
    }
}
