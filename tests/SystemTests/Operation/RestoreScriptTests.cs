using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenGov.SystemTests.Engine;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Operation;

/// <summary>
/// <c>deploy/restore.sh</c> on a data folder with a databases' server and nothing else. Where the tests run as root the instance is another account's, and
/// root runs the scripts.
/// </summary>
public sealed class RestoreScriptTests : IDisposable
{
    private static readonly string[] Databases = ["notifications-db", "transparency-db", "action-plans-db", "participants-db"];
    private static readonly string Account = Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;
    private readonly DataFolder folder = new();
    private readonly int port = FreePorts.Next();
    private readonly string data;
    private readonly string backup;

    public RestoreScriptTests()
    {
        // The scripts where any account can read them, wherever the checkout is.
        var deploy = Directory.CreateDirectory(Path.Combine(folder, "deploy")).FullName;
        foreach (var script in Directory.GetFiles(Path.Combine(SourceTree.Root, "deploy"), "*.sh"))
            File.Copy(script, Path.Combine(deploy, Path.GetFileName(script)));
        data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        backup = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "respaldos")).FullName, "uno");
        if (!Environment.IsPrivilegedProcess)
            return;
        foreach (var owned in new[] { data, Path.GetDirectoryName(backup)! })
            Process.Start("chown", ["postgres:postgres", owned])!.WaitForExit();
    }

    public void Dispose()
    {
        // Of a test that failed meanwhile.
        Process.Start("bash", ["-c", $"""kill -QUIT $(head -n 1 "{data}/postgres/data/postmaster.pid") 2> /dev/null"""])!.WaitForExit();
        folder.Dispose();
    }

    [Fact]
    public async Task A_backup_that_is_not_good_changes_nothing_and_a_good_one_takes_the_place_of_all_four()
    {
        await AsAccountAsync(
            """
            mkdir run secrets erasures backups postgres
            printf the-key > secrets/instance-key
            printf secret > secrets/postgres-password
            echo '2026-03-01T00:00:00Z ERASED before' > erasures/ledger
            "$bin/initdb" -D postgres/data --username=postgres --pwfile=secrets/postgres-password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync > /dev/null
            start
            for database in $databases; do
              query postgres "create role \"$database\" login" "create database \"$database\" owner \"$database\""
              query "$database" 'create table event_log (id int)' "create table held as select text 'before' word"
            done
            query participants-db 'create table erasure (completed_at timestamptz)'
            """);
        await RunAsync(0, "backup.sh", backup);
        await AsAccountAsync(
            """
            for database in $databases; do query "$database" "update held set word = 'after'"; done
            stop
            printf another-key > secrets/instance-key
            echo '2026-03-02T00:00:00Z ERASED after' >> erasures/ledger
            # One of which the last database is no database, with sums that say that it is whole.
            cp -r "$backup" "$backup-malo"
            echo nothing > "$backup-malo/notifications-db.dump"
            cd "$backup-malo"
            sha256sum ./*.dump instance-key ledger > SHA256SUMS
            """);

        var failed = await RunAsync(1, "restore.sh", backup + "-malo");
        failed.ShouldContain("notifications-db no se pudo restaurar.");
        failed.ShouldContain("Los datos de la instancia siguen como estaban.");
        (await HeldAsync()).ShouldBe("action-plans-db after\nnotifications-db after\nparticipants-db after\ntransparency-db after\n");
        (await File.ReadAllTextAsync(Path.Combine(data, "secrets", "instance-key"))).ShouldBe("another-key");

        // What killed ones left: databases of theirs, and a place that is empty already.
        await AsAccountAsync(
            """
            start
            query postgres 'create database "restore-participants-db"' 'create database "former-transparency-db"' 'drop database "action-plans-db"'
            stop
            """);
        (await RunAsync(0, "restore.sh", backup)).ShouldContain("En la lista de supresiones hay 2");
        (await HeldAsync()).ShouldBe("action-plans-db before\nnotifications-db before\nparticipants-db before\ntransparency-db before\n");
        (await File.ReadAllTextAsync(Path.Combine(data, "secrets", "instance-key"))).ShouldBe("the-key");
        var ledger = Path.Combine(data, "erasures", "ledger");
        (await File.ReadAllTextAsync(ledger)).ShouldBe("2026-03-01T00:00:00Z ERASED before\n2026-03-02T00:00:00Z ERASED after\n");
        // Whoever runs the system reads and writes all of it afterwards.
        (await AsAccountAsync("find . \\( ! -user \"$(id -un)\" -o ! -readable -o ! -writable \\) -print; cat erasures/ledger > /dev/null")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Root_opens_nothing_that_the_instance_s_account_laid_out_for_it_and_no_program_of_its_choice()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        var victim = Path.Combine(folder, "victim");
        await File.WriteAllTextAsync(victim, "root's");
        await AsAccountAsync(
            $"""
            mkdir -p run secrets backups postgres/data
            printf secret > secrets/postgres-password
            echo 15/../../../tmp > postgres/data/PG_VERSION
            ln -s {victim} backups/lock
            ln -s {victim} run/lock
            """);
        (await RunAsync(1, "restore.sh", backup)).ShouldContain("no es de PostgreSQL");
        await AsAccountAsync("""basename "$(dirname "$bin")" > postgres/data/PG_VERSION""");
        (await TryAsync("restore.sh", backup)).Code.ShouldNotBe(0);
        (await TryAsync("backup.sh", backup)).Code.ShouldNotBe(0);
        (await File.ReadAllTextAsync(victim)).ShouldBe("root's");
    }

    /// <summary>Each database and what it holds, on a server that runs meanwhile. There are no others.</summary>
    private Task<string> HeldAsync() => AsAccountAsync(
        """
        start
        query postgres "select datname from pg_database where not datistemplate and datname <> 'postgres' order by 1" | while read -r database; do
          echo "$database $(query "$database" 'select word from held')"
        done
        stop
        """);

    private async Task<string> RunAsync(int expected, string script, string from)
    {
        var (code, output) = await TryAsync(script, from);
        code.ShouldBe(expected, output);
        return output;
    }

    private Task<(int Code, string Output)> TryAsync(string script, string from) => RunAsync(["bash", Path.Combine(folder, "deploy", script), data, from]);

    /// <summary>As the account that runs the instance, in its data folder.</summary>
    private async Task<string> AsAccountAsync(string script)
    {
        var (code, output) = await RunAsync(
        [
            .. Environment.IsPrivilegedProcess ? ["runuser", "--user", Account, "--"] : Array.Empty<string>(), "bash", "-c",
            $$"""
            set -euo pipefail
            cd "{{data}}"
            bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1) backup="{{backup}}" databases="{{string.Join(' ', Databases)}}"
            export PGHOST=127.0.0.1 PGPORT={{port.ToString(CultureInfo.InvariantCulture)}} PGUSER=postgres PGPASSWORD=secret
            start() {
              "$bin/pg_ctl" start --wait --silent --pgdata=postgres/data --log=postgres/log --options="-c listen_addresses=127.0.0.1 -c port=$PGPORT -c unix_socket_directories= -c fsync=off"
              echo "postgres tcp tcp://127.0.0.1:$PGPORT" > run/addresses
            }
            stop() { "$bin/pg_ctl" stop --wait --silent --mode=fast --pgdata=postgres/data; }
            query() { local database=$1 statement; shift; for statement in "$@"; do "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$statement" "$database"; done; }
            {{script}}
            """,
        ]);
        code.ShouldBe(0, output);
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] line)
    {
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LANG"] = "es_MX.UTF-8", ["LC_ALL"] = "", ["LC_MESSAGES"] = "" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }
}
