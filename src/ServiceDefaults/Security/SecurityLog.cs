using System.Collections.Concurrent;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// Writes down what was refused to whom: failed sign-ins, bad tokens and keys, what is not allowed, what came too often (OWASP ASVS
/// 5, V16.3). Each line says code, status, method, route and sign-in, and has its trace; never a value that somebody sent.
/// <para>
/// The same thing is written once a minute, with how often it came: an attacker must not be able to push everything else out of
/// the log files.
/// </para>
/// </summary>
public sealed class SecurityLog(ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The category in logs.</summary>
    public const string Category = "OpenGov.Security";

    private static readonly HashSet<string> Methods = new(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], StringComparer.Ordinal);

    private static readonly TimeSpan Folded = TimeSpan.FromMinutes(1);

    /// <summary>Of these many sign-ins and routes the repetitions are counted; beyond, what is oldest is forgotten.</summary>
    internal const int Remembered = 2000;

    private readonly ILogger log = loggers.CreateLogger(Category);
    private readonly ConcurrentDictionary<Event, Window> windows = new();

    internal int Remembers => windows.Count;

    /// <summary>Statuses that say "not you" or "not so often".</summary>
    public static bool IsOne(int status) => status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests;

    /// <param name="code">Of the refusal, as problem details tell it.</param>
    /// <param name="where">The route's pattern, or the service that the request was for: addresses themselves hold secrets.</param>
    /// <param name="session">The sign-in's id; null for nobody.</param>
    public void Refused(string code, int status, string method, string where, Guid? session)
    {
        // A method is what somebody sent: one of their own invention is none.
        if (!Methods.Contains(method))
            method = "other";
        var window = windows.GetOrAdd(new Event(code, method, where, session), _ => new Window());
        int before;
        lock (window)
        {
            // By the time that passes: a clock that is set back must not silence it.
            if (window.Began is { } began && clock.GetElapsedTime(began) < Folded)
            {
                window.More++;
                return;
            }

            (before, window.More, window.Began) = (window.More, 0, clock.GetTimestamp());
        }

        log.LogWarning(
            "Refused with {Code} ({Status}): {Method} {Where}, sign-in {Session}; {Before} more of the same in the minute after the last line",
            code, status, method, where, session?.ToString() ?? "none", before);
        if (windows.Count > Remembered)
            Forget();
    }

    private void Forget()
    {
        foreach (var (key, window) in windows.OrderBy(pair => pair.Value.Began ?? 0).Take(Remembered / 2))
            windows.TryRemove(KeyValuePair.Create(key, window));
    }

    private readonly record struct Event(string Code, string Method, string Where, Guid? Session);

    private sealed class Window
    {
        /// <summary>A timestamp; null before its first line.</summary>
        public long? Began;
        public int More;
    }
}
