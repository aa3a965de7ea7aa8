namespace OpenGov.AppHost.Native;

/// <summary>
/// Makes the instance's backups: one each night, and whenever an operator asks. It runs the scripts that people run by hand, one at a time and beside
/// everything else; what fails is written down for the operator's page and tried again.
/// </summary>
/// <param name="inService">Returns once everything has been in service: before that the databases may lack their tables.</param>
/// <param name="dropLeftovers">Removes databases that a trial or a restore left since it was killed.</param>
internal sealed class BackupKeeper(
    BackupSettings settings, Instance instance, Func<CancellationToken, Task> inService, Func<CancellationToken, Task> dropLeftovers, TimeProvider clock) : IDisposable
{
    /// <summary>How often it looks whether somebody asks for one.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After what nobody expected, as a folder that cannot be written to.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(1);

    /// <summary>What is not in service by then may never be, which is no reason to make no backups.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(30);

    /// <summary>A week, and an hour less: nights are not exactly a day apart.</summary>
    private static readonly TimeSpan TrialsApart = TimeSpan.FromDays(7) - TimeSpan.FromHours(1);

    private readonly string _own = BackupSettings.InDataFolder(instance.Folder);
    private readonly BackupLog _log = new(Path.Combine(instance.Logs, "backup.log"), clock);
    private BackupFolders _folders = null!;
    private BackupState _state = new("");
    private BackupState? _told;
    private bool _cannotTell;
    private BackupFolder? _newest;
    private DateTimeOffset _earliest;
    private TimeSpan _pause;
    private int _failures;
    private bool _mayHaveLeftovers = true;
    private long? _droppedAt;

    private string StateFile => Path.Combine(_own, "state.json");

    public void Dispose() => _log.Dispose();

    /// <summary>Until <paramref name="stop"/>; what runs then is ended and leaves nothing that counts.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var hasBegun = false;
        while (!stop.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                if (!hasBegun)
                    await BeginAsync(stop);
                hasBegun = true;
                await LookAsync(stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _log.Write(e.ToString());
                // None is made meanwhile, so it is told as one that failed, and made up.
                _failures = Math.Max(_failures, 1);
                Tell(Failed(new BackupRun(clock.GetUtcNow(), IsTrial: false, null), BackupProblem.Other) with { Running = null, Next = null });
                pause = Recovery;
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task BeginAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(_own);
        _state = BackupState.Read(StateFile) ?? _state;
        var cut = _state.Running;
        _state = _state with { Folder = Path.GetFileName(settings.Folder.TrimEnd('/')), ByItself = settings.ByItself, Running = null, Next = null };
        // Nobody could write down how it ended: the system was killed with it.
        if (cut is not null)
            _state = Failed(cut, BackupProblem.Interrupted);
        Tell(_state);

        _folders = new BackupFolders(settings.Folder, BackupFolders.InstanceId(Path.Combine(_own, "id")));
        _newest = _folders.Newest(clock.GetUtcNow());
        Wait(settings.AfterStart);
        Tell(_state with { Kept = _folders.All().Count, Next = Next() });
        try
        {
            await inService(stop).WaitAsync(LongestStart, clock, stop);
        }
        catch (TimeoutException)
        {
            _log.Write(Messages.BackupsWithoutAll());
        }

        Wait(settings.AfterStart);
        Tidy(_folders.RemovePartials);
    }

    internal async Task LookAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        // The clock was ahead when the wait began, and was set right.
        if (_earliest - now > _pause)
            Wait(_pause);
        var next = Next();
        Tell(_state.Until(now) with { Next = next });
        await DropLeftoversAsync(stop);
        var order = TakeOrder();
        if (order is null && !(next <= now))
            return;
        if (await BackUpAsync(order?.Id, stop) is not { } made)
            return;
        if (_state.Trial is not { } trial || made.At - trial.At >= TrialsApart)
            await TryAsync(made, stop);
        RemoveOld();
    }

    private void Wait(TimeSpan pause) => (_pause, _earliest) = (pause, clock.GetUtcNow() + pause);

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
            Tidy(_folders.RemovePartials);
            if (!HasRoom())
            {
                // Otherwise only a backup that succeeds makes room.
                RemoveOld();
                if (!HasRoom())
                    throw new BackupProblemException(BackupProblem.NoRoom);
            }

            await RunScriptAsync("backup.sh", backup, stop);
            // It counts from here on, whatever becomes of what follows.
            (_newest, _failures) = (backup, 0);
            _state = _state with { Last = Made(backup, backup.At), Answer = order is { } id ? new BackupAnswer(id, null) : _state.Answer };
            Tidy(() => _state = _state with { Kept = _folders.All().Count });
        }, stop) ? backup : null;
    }

    /// <summary>Where that cannot be measured, the script finds out.</summary>
    private bool HasRoom()
    {
        var hasRoom = true;
        Tidy(() => hasRoom = _folders.FreeBytes() >= BackupFolders.RoomNeeded(_folders.All() is [var last, ..] ? BackupFolders.Size(_folders.PathOf(last)).Bytes : null));
        return hasRoom;
    }

    private Task<bool> TryAsync(BackupFolder backup, CancellationToken stop) => RunAsync(new BackupRun(clock.GetUtcNow(), IsTrial: true, null), async () =>
    {
        try
        {
            await RunScriptAsync("check-backup.sh", backup, stop);
        }
        catch (BackupProblemException e) when (e.Problem != BackupProblem.OneRunsAlready)
        {
            // The script removes what it restored, unless it was killed; and that holds what was erased since.
            (_mayHaveLeftovers, _droppedAt) = (true, null);
            throw;
        }

        _state = _state with { Trial = Made(backup, clock.GetUtcNow()) };
    }, stop);

    /// <summary>Fails as long as the server is away, which is nothing that a backup or a trial failed of, and is tried again.</summary>
    private async Task DropLeftoversAsync(CancellationToken stop)
    {
        if (!_mayHaveLeftovers || (_droppedAt is { } last && clock.GetElapsedTime(last) < Recovery))
            return;
        _droppedAt = clock.GetTimestamp();
        try
        {
            await dropLeftovers(stop);
            _mayHaveLeftovers = false;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            _log.Write(e.ToString());
        }
    }

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
            Tidy(_folders.RemovePartials);
            Tell(_state with { Running = null });
            throw;
        }
        catch (Exception e)
        {
            var problem = (e as BackupProblemException)?.Problem ?? BackupProblem.Other;
            _log.Write(e is BackupProblemException ? Messages.BackupFailed(BackupProblemException.CodeOf(problem)) : e.ToString());
            if (!run.IsTrial)
                Wait(BackupSchedule.Pause(++_failures, settings.Pause));
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

    private void RemoveOld() => Tidy(() =>
    {
        var all = _folders.All();
        var kept = KeptBackups.Of(all, settings.Zone, clock.GetUtcNow(), reliedUntil: _state.Trial?.At + TrialsApart);
        foreach (var old in all.Where(one => !kept.Contains(one)))
        {
            Tidy(() =>
            {
                _folders.Remove(old);
                _log.Write(Messages.BackupRemoved(old.Name));
            });
        }

        Tell(_state with { Kept = _folders.All().Count });
    });

    private BackupMade Made(BackupFolder backup, DateTimeOffset at)
    {
        var (files, bytes) = (0, 0L);
        Tidy(() => (files, bytes) = BackupFolders.Size(_folders.PathOf(backup)));
        return new BackupMade(at, backup.Name, files, bytes);
    }

    /// <summary>What only looks or tidies up decides nothing: whether a backup was made is what its script says.</summary>
    private void Tidy(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Write(e.ToString());
        }
    }

    private BackupState Failed(BackupRun run, BackupProblem problem)
    {
        var failed = new BackupFailed(clock.GetUtcNow(), BackupProblemException.CodeOf(problem));
        if (run.IsTrial)
            return _state with { TrialFailure = failed };
        return _state with { Failure = failed, Answer = run.Order is { } id ? new BackupAnswer(id, failed.Reason) : _state.Answer };
    }

    /// <summary>What cannot be written, as on a full disk, is written as soon as it can be.</summary>
    private void Tell(BackupState state)
    {
        _state = state;
        if (_told == state)
            return;
        try
        {
            state.Write(StateFile);
            (_told, _cannotTell) = (state, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Once: it is tried every second.
            if (!_cannotTell)
                _log.Write(e.Message);
            _cannotTell = true;
        }
    }

    private sealed record Order(Guid? Id);
}
