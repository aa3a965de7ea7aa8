using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Protection;

/// <summary>So many in a window that starts with the first.</summary>
/// <param name="Limit">0: none is refused.</param>
public sealed record Allowance(string Name, int Limit, TimeSpan Window);

/// <param name="Count">Taken in the running window, with this one.</param>
/// <param name="Wait">Until the window ends.</param>
public sealed record Taken(int Count, bool IsOver, TimeSpan Wait);

/// <param name="GoesOn">What comes next in turn is taken also when this one is over.</param>
public sealed record Turn(Allowance Allowance, string Subject, bool GoesOn = false);

/// <summary>Each number with its reason. A whole building can stand behind one network address.</summary>
public static class Allowances
{
    /// <summary>Forgotten passwords of a building on a Monday.</summary>
    public static readonly Allowance ResetsOfNetwork = new("resets of network", 20, TimeSpan.FromHours(1));

    /// <summary>A person clicks again when the mail is slow; nobody's mailbox is filled in our name.</summary>
    public static readonly Allowance ResetsOfAddress = new("resets of address", 3, TimeSpan.FromHours(1));

    /// <summary>Two hundred people who mistype one time in three; for guessing at many accounts from one network, nothing.</summary>
    public static readonly Allowance FailuresOfNetwork = new("sign-in failures of network", 100, TimeSpan.FromMinutes(15));

    /// <summary>Each makes us write to an address that nobody confirmed.</summary>
    public static readonly Allowance AddressChanges = new("address changes", 5, TimeSpan.FromDays(1));
}

/// <summary>
/// Counts in the database, so that all replicas count together; under keyed hashes, so that nobody's address or network is
/// written down. Outside the request's transaction: what is refused was tried all the same.
/// </summary>
public sealed class Throttle(SideConnections database, InstanceKey key, TimeProvider clock)
{
    private readonly byte[] pepper = key.Derive("participants: throttle");

    public async Task<Taken> TakeAsync(Allowance allowance, string subject, CancellationToken cancellationToken) =>
        (await TakeInTurnAsync([new Turn(allowance, subject)], cancellationToken))[0];

    /// <summary>One after the other in one statement; behind one that is over, unless it goes on, nothing is taken any more.</summary>
    /// <returns>As many as were taken, at least the first.</returns>
    public async Task<IReadOnlyList<Taken>> TakeInTurnAsync(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand();
        command.Parameters.Add(new() { Value = now });
        var sql = new StringBuilder();
        for (var i = 0; i < turns.Count; i++)
        {
            var (allowance, subject, _) = turns[i];
            var (subjectAt, limitAt) = (command.Parameters.Count + 1, command.Parameters.Count + 3);
            command.Parameters.Add(new() { Value = Hash(allowance, subject) });
            command.Parameters.Add(new() { Value = now + allowance.Window });
            command.Parameters.Add(new() { Value = allowance.Limit > 0 ? allowance.Limit : int.MaxValue });
            var before = i == 0 ? "" : turns[i - 1].GoesOn ? $"from turn{i - 1}" : $"from turn{i - 1} where turn{i - 1}.taken <= turn{i - 1}.most";
            sql.Append(CultureInfo.InvariantCulture, $"""
                {(i == 0 ? "with" : ",")} turn{i} as (
                    insert into throttle as known (subject, taken, expires_at) select ${subjectAt}, 1, ${subjectAt + 1} {before}
                    on conflict (subject) do update set
                        taken = case when known.expires_at <= $1 then 1 else known.taken + 1 end,
                        expires_at = case when known.expires_at <= $1 then excluded.expires_at else known.expires_at end
                    returning taken, expires_at, ${limitAt}::integer as most)
                """);
        }

        sql.AppendJoin(" union all", Enumerable.Range(0, turns.Count).Select(i => $" select {i} as turn, taken, expires_at from turn{i}")).Append(" order by turn");
#pragma warning disable CA2100 // Put together from the texts above; subjects and limits are parameters.
        command.CommandText = sql.ToString();
#pragma warning restore CA2100
        var taken = new List<Taken>(turns.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            taken.Add(Read(reader, 1, turns[reader.GetInt32(0)].Allowance, now));
        return taken;
    }

    /// <summary>How it stands, without taking one: for what is counted only when it fails.</summary>
    public async Task<Taken> LookAsync(Allowance allowance, string subject, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("select taken + 1, expires_at from throttle where subject = $1 and expires_at > $2");
        command.Parameters.Add(new() { Value = Hash(allowance, subject) });
        command.Parameters.Add(new() { Value = now });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader, 0, allowance, now) : new Taken(1, false, TimeSpan.Zero);
    }

    public static ProblemHttpResult Refuse(HttpContext http, Taken taken)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(taken.Wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return http.Problem(new Refusal("too_many_attempts", StatusCodes.Status429TooManyRequests, null, (int)Math.Ceiling(seconds / 60.0)));
    }

    internal static async Task ForgetAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from throttle where expires_at < $1");
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private byte[] Hash(Allowance allowance, string subject) => HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes($"{allowance.Name}\n{subject}"));

    private static Taken Read(NpgsqlDataReader row, int first, Allowance allowance, DateTimeOffset now)
    {
        var count = row.GetInt32(first);
        return new Taken(count, allowance.Limit > 0 && count > allowance.Limit, row.GetFieldValue<DateTimeOffset>(first + 1) - now);
    }
}
