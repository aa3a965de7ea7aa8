using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// Applies the numbered SQL files embedded as <c>schema/NNNN_name.sql</c>: first those that all services share, then the
/// service's own. One replica at a time (advisory lock), however long it takes; each file once, in its own transaction, with its checksum, and a file
/// whose text changed after it was applied stops the start.
/// </summary>
public sealed class SchemaMigrator(NpgsqlDataSource database, Assembly service, ILogger<SchemaMigrator> log)
{
    // Any constant will do: it only has to be the same in every replica.
    private const long LockKey = 0x6F70656E_676F76;

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey.ToString(CultureInfo.InvariantCulture)})", cancellationToken);
        try
        {
            await ExecuteAsync(connection, """
                create table if not exists schema_file (
                    module text not null, number integer not null, name text not null, sha256 text not null,
                    applied_at timestamptz not null default now(), primary key (module, number))
                """, cancellationToken);
            foreach (var module in new[] { typeof(SchemaMigrator).Assembly, service }.Distinct())
                await ApplyModuleAsync(connection, module, cancellationToken);
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey.ToString(CultureInfo.InvariantCulture)})", CancellationToken.None);
        }
    }

    private async Task ApplyModuleAsync(NpgsqlConnection connection, Assembly assembly, CancellationToken cancellationToken)
    {
        var module = assembly.GetName().Name!;
        var applied = await AppliedAsync(connection, module, cancellationToken);
        foreach (var (number, name, sql) in FilesOf(assembly))
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(number, out var known))
            {
                if (known != sha256)
                    throw new InvalidOperationException($"{module} {name} was changed after it was applied. Restore it and add a new file instead.");
                continue;
            }

            log.LogInformation("Applying {File} of {Module}", name, module);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, sql, cancellationToken);
            await using (var record = new NpgsqlCommand("insert into schema_file (module, number, name, sha256) values ($1, $2, $3, $4)", connection))
            {
                record.Parameters.Add(new() { Value = module });
                record.Parameters.Add(new() { Value = number });
                record.Parameters.Add(new() { Value = name });
                record.Parameters.Add(new() { Value = sha256 });
                await record.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            log.LogInformation("Applied {File} of {Module}", name, module);
        }
    }

    private static IEnumerable<(int Number, string Name, string Sql)> FilesOf(Assembly assembly) => assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith("schema/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(resource =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource["schema/".Length..];
            return (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        });

    private static async Task<Dictionary<int, string>> AppliedAsync(NpgsqlConnection connection, string module, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select number, sha256 from schema_file where module = $1", connection);
        command.Parameters.Add(new() { Value = module });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    // The text comes from this program's own embedded files.
#pragma warning disable CA2100
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A large table is not rewritten in the half minute that an ordinary statement has, nor does the other replica wait only that long.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100
}
