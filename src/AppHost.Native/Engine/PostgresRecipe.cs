using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace OpenGov.AppHost.Native;

/// <summary>
/// PostgreSQL from Debian's packages as a plain process. It refuses to run as root, so a root's AppHost runs it as <c>postgres</c>.
/// </summary>
internal sealed class PostgresRecipe(PostgresServerResource server, Instance instance) : IRecipe
{
    private const int OldestVersion = 15;
    private const int MaxConnections = 200;

    /// <summary>Connections that stay free for operators and for the engine itself.</summary>
    private const int ReservedConnections = 20;

    // For one small machine. No statement texts and no details in the log, and no errors of statements, whose messages quote values: they carry
    // what people entered. The service that sent the statement says in its log what kind of error it was.
    private const string Tuning = """

        # Written once by the AppHost; yours to change. Address and port are given on the command line.
        max_connections = 200
        shared_buffers = 96MB
        effective_cache_size = 512MB
        work_mem = 8MB
        maintenance_work_mem = 64MB
        max_wal_size = 512MB
        min_wal_size = 32MB
        wal_compression = on
        checkpoint_completion_target = 0.9
        jit = off
        max_parallel_workers_per_gather = 1
        autovacuum_max_workers = 2
        password_encryption = scram-sha-256
        log_line_prefix = '%m [%p] %d '
        log_error_verbosity = terse
        log_min_messages = log
        log_min_error_statement = panic
        log_parameter_max_length_on_error = 0
        log_checkpoints = off
        """;

    private readonly Account? _account = Account.FirstOf("postgres", "nobody");
    private bool _wasPrepared;

    /// <summary>What each of so many processes may hold of the server's connections.</summary>
    public static int PoolSize(int processes) => Math.Max(5, (MaxConnections - ReservedConnections) / Math.Max(1, processes));

    public async Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        var home = instance.Subfolder(server.Name, _account);
        var data = Path.Combine(home, "data");
        if (!server.KeepsData && !_wasPrepared && Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        _wasPrepared = true;
        var binaries = Binaries(data);
        if (!Directory.Exists(data))
            await CreateAsync(binaries, home, data, cancellationToken);
        RemoveStaleLock(Path.Combine(data, "postmaster.pid"));

        List<string> arguments =
        [
            "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={server.PrimaryEndpoint.Port}", "-c", "unix_socket_directories=",
        ];
        // Data that goes away with the run need not survive a power cut.
        if (instance.IsTemporary)
            arguments.AddRange(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        return new Command(Path.Combine(binaries, "postgres"), arguments, home)
        {
            Account = _account,
            Environment = { ["HOME"] = home },
            // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients to leave.
            StopSignal = Posix.Interrupt,
            OutlivedByChildren = true,
            StopTimeout = TimeSpan.FromSeconds(60),
        };
    }

    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            await server.GetConnectionStringAsync(cancellationToken) + ";Pooling=false;Timeout=2;Command Timeout=2");
        await connection.OpenAsync(cancellationToken);
        return true;
    }

    /// <summary>False when the server went away meanwhile: it comes back by itself.</summary>
    public static async Task<bool> TryEnsureDatabaseAsync(PostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureDatabaseAsync(database, cancellationToken);
            return true;
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return false;
        }
    }

    /// <summary>
    /// Databases into which <c>deploy/check-backup.sh</c> or <c>restore.sh</c> restored a backup, or which the latter put out of the way, and which they
    /// could not remove since they were killed. They hold what was erased since.
    /// </summary>
    public static async Task DropLeftoversAsync(PostgresServerResource server, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(await server.GetConnectionStringAsync(cancellationToken) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        foreach (var name in server.DatabaseResources.SelectMany(database => new[] { "check", "restore", "former" }.Select(kind => $"{kind}-{database.DatabaseName}")))
        {
            await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" WITH (FORCE)", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Creates the database and its owner if they are missing. Nobody else may connect to it.</summary>
    private static async Task EnsureDatabaseAsync(PostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(await database.Parent.GetConnectionStringAsync(cancellationToken) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        var name = database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal);

        async Task<bool> ExistsAsync(string query)
        {
            await using var command = new NpgsqlCommand(query, connection) { Parameters = { new() { Value = database.DatabaseName } } };
            return await command.ExecuteScalarAsync(cancellationToken) is not null;
        }

        async Task ExecuteAsync(string statement)
        {
            // Names and generated passwords cannot be parameters of these statements.
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var verb = await ExistsAsync("SELECT 1 FROM pg_roles WHERE rolname = $1") ? "ALTER" : "CREATE";
        await ExecuteAsync($"{verb} ROLE \"{name}\" LOGIN PASSWORD '{database.Password().Replace("'", "''", StringComparison.Ordinal)}'");
        if (await ExistsAsync("SELECT 1 FROM pg_database WHERE datname = $1"))
            return;
        await ExecuteAsync($"CREATE DATABASE \"{name}\" OWNER \"{name}\"");
        await ExecuteAsync($"REVOKE CONNECT, TEMPORARY ON DATABASE \"{name}\" FROM PUBLIC");
    }

    private async Task CreateAsync(string binaries, string home, string data, CancellationToken cancellationToken)
    {
        // Made aside and moved into place, so that an interrupted start leaves nothing half made.
        var aside = data + ".new";
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        var passwordFile = Path.Combine(home, "password");
        SecretStore.Write(passwordFile, server.Password(), _account);
        try
        {
            var command = new Command(Path.Combine(binaries, "initdb"),
                [
                    "-D", aside, $"--username={PostgresServerResource.Superuser}", $"--pwfile={passwordFile}", "--auth=scram-sha-256",
                    // Lists of people and places are sorted as Mexican readers expect, whatever the machine's own locale.
                    "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=es-MX",
                    "--no-instructions", .. instance.IsTemporary ? ["--no-sync"] : Array.Empty<string>(),
                ], home)
            {
                Account = _account,
                Environment = { ["HOME"] = home },
            };
            using var log = new LogFile(Path.Combine(instance.Logs, $"{server.Name}-initdb.log"));
            using var child = await Child.StartAsync(command, instance.PidFile($"{server.Name}-initdb"), log);
            if (await child.Exited.WaitAsync(cancellationToken) != 0)
                throw new DistributedApplicationException(Messages.CannotStart("initdb", log.Tail, Remedy.For(log.Tail, log.Path)));
            await File.AppendAllTextAsync(Path.Combine(aside, "postgresql.conf"), Tuning, cancellationToken);
            Directory.Move(aside, data);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>Data belongs to the version that made it; new data to the newest that is installed.</summary>
    private static string Binaries(string data)
    {
        var versions = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Where(d => File.Exists(Path.Combine(d, "bin", "postgres")) && int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out _))
                .Select(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).Where(v => v >= OldestVersion).ToArray()
            : [];
        var marker = Path.Combine(data, "PG_VERSION");
        var wanted = File.Exists(marker) ? int.Parse(File.ReadAllText(marker), CultureInfo.InvariantCulture) : versions.DefaultIfEmpty(0).Max();
        return versions.Contains(wanted)
            ? $"/usr/lib/postgresql/{wanted}/bin"
            : throw new DistributedApplicationException(
                Messages.ProgramMissing("postgres", $"postgresql-{(wanted == 0 ? OldestVersion : wanted)}"));
    }

    /// <summary>
    /// After a power cut the lock file's process id may be anybody's by now, and PostgreSQL would refuse to start. A file whose process
    /// is a living postgres is left alone: two servers on the same data would destroy it.
    /// </summary>
    private static void RemoveStaleLock(string file)
    {
        if (!File.Exists(file))
            return;
        var holder = File.ReadLines(file).FirstOrDefault();
        if (!int.TryParse(holder, CultureInfo.InvariantCulture, out var id) || Posix.StartTime(id) is null
            || File.ReadAllText($"/proc/{id}/comm").Trim() != "postgres")
            File.Delete(file);
    }
}
