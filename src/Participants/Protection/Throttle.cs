using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Protection;

/// <summary>So many in a window that starts with the first.</summary>
/// <param name="Limit">0: none is refused.</param>
public sealed record Allowance(string Name, int Limit, TimeSpan Window);

/// <param name="Count">Taken in the running window, with this one.</param>
/// <param name="Wait">Until the window ends.</param>
public sealed record Taken(int Count, bool IsOver, TimeSpan Wait);

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
public sealed class Throttle(NpgsqlDataSource database, InstanceKey key, TimeProvider clock)
{
    private readonly byte[] pepper = key.Derive("participants: throttle");

    public async Task<Taken> TakeAsync(Allowance allowance, string subject, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("""
            insert into throttle as known (subject, taken, expires_at) values ($1, 1, $3)
            on conflict (subject) do update set
                taken = case when known.expires_at <= $2 then 1 else known.taken + 1 end,
                expires_at = case when known.expires_at <= $2 then $3 else known.expires_at end
            returning taken, expires_at
            """);
        return await ReadAsync(command, allowance, subject, now, cancellationToken);
    }

    /// <summary>How it stands, without taking one: for what is counted only when it fails.</summary>
    public async Task<Taken> LookAsync(Allowance allowance, string subject, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("select taken + 1, expires_at from throttle where subject = $1 and expires_at > $2 and $3::timestamptz is not null");
        return await ReadAsync(command, allowance, subject, now, cancellationToken);
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

    private async Task<Taken> ReadAsync(NpgsqlCommand command, Allowance allowance, string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        command.Parameters.Add(new() { Value = HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes($"{allowance.Name}\n{subject}")) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now + allowance.Window });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new Taken(1, false, TimeSpan.Zero);
        var count = reader.GetInt32(0);
        return new Taken(count, allowance.Limit > 0 && count > allowance.Limit, reader.GetFieldValue<DateTimeOffset>(1) - now);
    }
}
