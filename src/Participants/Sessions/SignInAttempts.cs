using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

/// <summary>
/// Five attempts for one address, then none for fifteen minutes. Counted before the password is looked at, so that a hundred
/// guesses sent at once are not a hundred guesses; and for every typed address, so that a lock does not tell which addresses
/// have an account (Identity's own lock-out would).
/// </summary>
public sealed class SignInAttempts(NpgsqlDataSource database, InstanceKey key, TimeProvider clock)
{
    public const int Limit = 5;
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    private readonly byte[] pepper = key.Derive("sign-in attempts");

    /// <param name="device">From <see cref="DeviceTokens.Read"/>: counted apart from everybody else's attempts.</param>
    /// <returns>Null when the attempt may go on, else how long the address stays locked.</returns>
    public async Task<TimeSpan?> BeginAsync(string email, string? device, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("""
            insert into sign_in_attempt as known (subject, attempts, last_at) values ($1, 1, $2)
            on conflict (subject) do update set
                attempts = case when known.last_at <= $3 then 1 else least(known.attempts + 1, $4 + 1) end,
                -- An attempt during the lock does not prolong it.
                last_at = case when known.last_at > $3 and known.attempts >= $4 then known.last_at else $2 end
            returning attempts, last_at
            """);
        command.Parameters.Add(new() { Value = Subject(email, device) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - LockTime });
        command.Parameters.Add(new() { Value = Limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt32(0) <= Limit ? null : reader.GetFieldValue<DateTimeOffset>(1) + LockTime - now;
    }

    /// <summary>After a good password; drops what is too old to matter as well.</summary>
    public async Task ForgetAsync(string email, string? device, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from sign_in_attempt where subject = $1 or last_at < $2");
        command.Parameters.Add(new() { Value = Subject(email, device) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - LockTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same of the whole address with a write that has begun, on its connection: whoever held one and waited for another might wait for good.</summary>
    public Task ForgetWithAsync(ParticipantsDb write, string email, CancellationToken cancellationToken) =>
        write.Database.ExecuteSqlAsync($"delete from sign_in_attempt where subject = {Subject(email, device: null)}", cancellationToken);

    private byte[] Subject(string email, string? device) =>
        HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(EmailAddress.Normalize(email) + (device is null ? "" : "\n" + device)));
}
