using Aspire.Hosting.ApplicationModel;

namespace OpenGov.AppHost.Native;

/// <summary>
/// Makes the instance's backups: one each night, and whenever an operator asks. It runs the scripts that people run by hand, one at a time and beside
/// everything else; what fails is written down for the operator's page and tried again.
/// </summary>
/// <param name="inService">Returns once everything has been in service: before that the databases may lack their tables.</param>
internal sealed class BackupKeeper(
    BackupSettings settings, Instance instance, PostgresServerResource server, Func<CancellationToken, Task> inService, TimeProvider clock) : IDisposable
{
    /// <summary>How often it looks whether somebody asks for one.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After what nobody expected, as a folder that cannot be written to.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(1);

    /// <summary>A week, and an hour less: nights are not exactly a day apart.</summary>
    private static readonly TimeSpan TrialsApart = TimeSpan.FromDays(7) - TimeSpan.FromHours(1);

    private readonly string _own = BackupSettings.InDataFolder(instance.Folder);
    private readonly BackupLog _log = new(Path.Combine(instance.Logs, "backup.log"), clock);
    private BackupFolders _folders = null!;
    private BackupState _state = null!;
    private BackupFolder? _newest;
    private DateTimeOffset _earliest;
    private int _failures;

    private string StateFile => Path.Combine(_own, "state.json");

    public void Dispose() => _log.Dispose();

    /// <summary>Until <paramref name="stop"/>; what runs then is ended and leaves nothing that counts.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var hasBegun = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!hasBegun)
                    await BeginAsync(stop);
                hasBegun = true;
                await LookAsync(stop);
                await Task.Delay(Interval, stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _log.Write(e.ToString());
                await Task.Delay(Recovery, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task BeginAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(_own);
        _folders = new BackupFolders(settings.Folder, BackupFolders.InstanceId(Path.Combine(_own, "id")));
        _newest = _folders.Newest;
        _earliest = DateTimeOffset.MaxValue;
        _state = BackupState.Read(StateFile) ?? new BackupState("");
        var cut = _state.Running;
        _state = _state with { Folder = Path.GetFileName(settings.Folder.TrimEnd('/')), Running = null, Next = null, Kept = _folders.All().Count };
        // Nobody could write down how it ended: the system was killed with it.
        if (cut is not null)
            _state = Failed(cut, BackupProblem.Interrupted);
        _state.Write(StateFile);

        await inService(stop);
        _earliest = clock.GetUtcNow() + settings.AfterStart;
        _folders.RemovePartials();
        await PostgresRecipe.DropTrialDatabasesAsync(server, stop);
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var next = Next();
        Tell(_state with { Next = next });
        var order = TakeOrder();
        if (order is null && !(next <= clock.GetUtcNow()))
            return;
        if (await BackUpAsync(order?.Id, stop) is { } made && (_state.Trial is not { } trial || made.At - trial.At >= TrialsApart))
            await TryAsync(made, stop);
    }

    /// <summary>Null where none is made without being asked for; one that failed is made up in any case.</summary>
    private DateTimeOffset? Next() =>
        _failures > 0 ? _earliest
        : settings.ByItself ? BackupSchedule.Next(settings.Time, settings.Zone, _newest?.At, _earliest, clock.GetUtcNow())
        : null;

    /// <summary>The order that lies in the data folder, which is taken away. Who can write there may ask; the services write whose order it is.</summary>
    private Order? TakeOrder()
    {
        var file = Path.Combine(_own, "wanted");
        if (!File.Exists(file))
            return null;
        var order = new Order(Guid.TryParse(File.ReadAllText(file), out var id) ? id : null);
        File.Delete(file);
        return order;
    }

    /// <returns>Null where it failed.</returns>
    private async Task<BackupFolder?> BackUpAsync(Guid? order, CancellationToken stop)
    {
        var backup = _folders.At(clock.GetUtcNow());
        return await RunAsync(new BackupRun(backup.At, IsTrial: false, order), async () =>
        {
            if (!settings.IsInDataFolder && !Directory.Exists(settings.Folder))
                throw new BackupProblemException(BackupProblem.FolderMissing);
            _folders.RemovePartials();
            var last = _folders.Newest;
            if (_folders.FreeBytes() < BackupFolders.RoomNeeded(last is null ? null : BackupFolders.Size(_folders.PathOf(last)).Bytes))
                throw new BackupProblemException(BackupProblem.NoRoom);
            await RunScriptAsync("backup.sh", backup, stop);
            _newest = backup;
            var (files, bytes) = BackupFolders.Size(_folders.PathOf(backup));
            _state = _state with { Last = new BackupMade(backup.At, backup.Name, files, bytes), Answer = order is { } id ? new BackupAnswer(id, null) : _state.Answer };
            RemoveOld();
            _failures = 0;
        }, stop) ? backup : null;
    }

    private Task<bool> TryAsync(BackupFolder backup, CancellationToken stop) => RunAsync(new BackupRun(clock.GetUtcNow(), IsTrial: true, null), async () =>
    {
        try
        {
            await RunScriptAsync("check-backup.sh", backup, stop);
        }
        catch (BackupProblemException e) when (e.Problem != BackupProblem.OneRunsAlready)
        {
            // The script removes them, unless it was killed; and they hold what was erased since.
            await PostgresRecipe.DropTrialDatabasesAsync(server, stop);
            throw;
        }

        var (files, bytes) = BackupFolders.Size(_folders.PathOf(backup));
        _state = _state with { Trial = new BackupMade(clock.GetUtcNow(), backup.Name, files, bytes) };
    }, stop);

    /// <returns>Whether it came to its end.</returns>
    private async Task<bool> RunAsync(BackupRun run, Func<Task> work, CancellationToken stop)
    {
        Tell(_state with { Running = run });
        try
        {
            await work();
            Tell(_state with { Running = null });
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever stops the system knows that they did. The next start makes it up.
            _folders.RemovePartials();
            Tell(_state with { Running = null });
            throw;
        }
        catch (Exception e)
        {
            var problem = (e as BackupProblemException)?.Problem ?? BackupProblem.Other;
            _log.Write(e is BackupProblemException ? Messages.BackupFailed(BackupProblemException.CodeOf(problem)) : e.ToString());
            if (!run.IsTrial)
                _earliest = BackupSchedule.Retry(clock.GetUtcNow(), ++_failures, settings.Pause);
            Tell(Failed(run, problem) with { Running = null });
            return false;
        }
    }

    private async Task RunScriptAsync(string script, BackupFolder backup, CancellationToken stop)
    {
        _log.Write(Messages.BackupScript(script, backup.Name));
        var code = await BackupScript.RunAsync(Path.Combine(settings.Scripts, script), instance, _folders.PathOf(backup), _log.File, stop);
        if (code != 0)
            throw BackupProblemException.OfExitCode(code);
    }

    private void RemoveOld()
    {
        var all = _folders.All();
        var kept = KeptBackups.Of(all, settings.Zone, clock.GetUtcNow());
        foreach (var old in all.Where(one => !kept.Contains(one)))
        {
            _folders.Remove(old);
            _log.Write(Messages.BackupRemoved(old.Name));
        }

        _state = _state with { Kept = kept.Count };
    }

    private BackupState Failed(BackupRun run, BackupProblem problem)
    {
        var failed = new BackupFailed(clock.GetUtcNow(), BackupProblemException.CodeOf(problem));
        if (run.IsTrial)
            return _state with { TrialFailure = failed };
        return _state with { Failure = failed, Answer = run.Order is { } id ? new BackupAnswer(id, failed.Reason) : _state.Answer };
    }

    private BackupState? _told;

    private void Tell(BackupState state)
    {
        _state = state;
        if (_told == state)
            return;
        state.Write(StateFile);
        _told = state;
    }

    private sealed record Order(Guid? Id);
}
