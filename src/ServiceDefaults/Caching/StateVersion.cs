using System.Reflection;
using Npgsql;

namespace OpenGov.ServiceDefaults.Caching;

/// <summary>
/// A text that is another one as soon as an answer of this process may be another one, and the same in every replica. Two
/// equal texts say that nothing changed in between: caches hold on to an answer for as long as that is so.
/// </summary>
internal interface IStateVersion
{
    ValueTask<string> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A process without data answers differently only when it is another program.</summary>
internal sealed class ProgramVersion : IStateVersion
{
    /// <summary>Changes with every build that changes the program or what all processes share.</summary>
    public static readonly string Text = string.Join(
        '.',
        new[] { Assembly.GetEntryAssembly() ?? typeof(ProgramVersion).Assembly, typeof(ProgramVersion).Assembly, typeof(Contracts.Owners).Assembly }
            .Select(assembly => Convert.ToHexStringLower(assembly.ManifestModule.ModuleVersionId.ToByteArray().AsSpan(0, 6))));

    public ValueTask<string> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Text);
}

/// <summary>A table that is read by everybody and changes without a fact; few rows.</summary>
internal sealed record StateTable(string Name);

/// <summary>
/// The state of a service's database, in one statement and so in one snapshot: how many facts are committed (those without a
/// number yet count too), the version of each inbox position's row (a rebuild leaves the number and changes the row), tables
/// that change without a fact, and the server's start, so that a failover or a restored backup is another state.
/// </summary>
internal sealed class DatabaseVersion(NpgsqlDataSource database, IEnumerable<StateTable> tables) : IStateVersion
{
    /// <summary>A database that takes longer is as good as away for whoever asks.</summary>
    private const int TimeoutSeconds = 2;

    private readonly string sql =
        $"""
        select concat_ws('.',
            numbered + (select count(*) from event_log where sequence is null),
            (select string_agg(owner || xmin::text, '.' order by owner) from inbox_position),
            {string.Concat(tables.Select(table => $"(select count(*) || '-' || coalesce(sum(xmin::text::bigint), 0) from {table.Name}), "))}
            extract(epoch from pg_postmaster_start_time()))
        from relay_position
        """;

    public async ValueTask<string> ReadAsync(CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The text is written in this program.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.CommandTimeout = TimeoutSeconds;
        return $"{ProgramVersion.Text}.{(string)(await command.ExecuteScalarAsync(cancellationToken))!}";
    }
}
