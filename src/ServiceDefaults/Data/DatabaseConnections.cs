using System.Globalization;
using Npgsql;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// How long a service's connection may hold what others wait for. A process that stands still (SIGSTOP, a machine that is paused or
/// moved) keeps its connections open and the locks of its transaction with them; a machine that is gone says no farewell. Without
/// limits both would hold up their replicas for ever.
/// </summary>
internal static class DatabaseConnections
{
    /// <summary>
    /// After so long without a statement PostgreSQL ends a session inside a transaction, and rolls it back. The longest that a
    /// transaction of this program rightly waits for anything but PostgreSQL is a page of an owner's feed, during a rebuild
    /// (<see cref="Messaging.FeedReader.PageWithin"/>, shorter than this).
    /// </summary>
    internal static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(30);

    /// <summary>A connection on which nothing comes is asked after for the first time, and then until it counts as dead: 30 seconds in all.</summary>
    private const int KeepAliveSeconds = 15;

    private const int KeepAliveEverySeconds = 5;
    private const int KeepAliveTimes = 3;

    public static void Limit(NpgsqlConnectionStringBuilder connection)
    {
        // As options of the session, not by SET: they outlive the reset of a pooled connection. An operator's own stand behind and win.
        connection.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"-c idle_in_transaction_session_timeout={IdleInTransaction.TotalMilliseconds} -c tcp_keepalives_idle={KeepAliveSeconds} -c tcp_keepalives_interval={KeepAliveEverySeconds} -c tcp_keepalives_count={KeepAliveTimes} {connection.Options}").TrimEnd();
        // The same from this side: who listens for notifications sends nothing, and would wait at a server that is gone.
        (connection.TcpKeepAlive, connection.TcpKeepAliveTime, connection.TcpKeepAliveInterval) = (true, KeepAliveSeconds, KeepAliveEverySeconds);
    }
}
