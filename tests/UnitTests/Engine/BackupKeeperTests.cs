using OpenGov.AppHost.Native;

namespace OpenGov.UnitTests.Engine;

/// <summary>What the keeper makes of what its scripts end with; the scripts are the test's own.</summary>
public sealed class BackupKeeperTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 11, 18, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(10);
    private readonly Instance instance = new(null, "", isTemporary: true);
    private readonly HandClock clock = new(Start);
    private readonly CancellationTokenSource stop = new(TimeSpan.FromMinutes(1));
    private readonly string scripts;
    private readonly string backups;
    private Func<CancellationToken, Task> inService = _ => Task.CompletedTask;
    private Func<Task> dropLeftovers = () => Task.CompletedTask;

    public BackupKeeperTests()
    {
        scripts = Directory.CreateDirectory(Path.Combine(instance.Folder, "deploy")).FullName;
        backups = Directory.CreateDirectory(Path.Combine(instance.Folder, "backups")).FullName;
        File.WriteAllText(Path.Combine(backups, "id"), "0a1b2c3d");
        Script("backup.sh", """mkdir "$2" && echo copy > "$2/a.dump" """);
        Script("check-backup.sh", "");
    }

    public void Dispose()
    {
        stop.Dispose();
        instance.Dispose();
    }

    [Fact]
    public async Task Where_there_is_no_room_what_is_kept_no_longer_goes_first_and_the_newest_stays()
    {
        var newest = Make(TimeSpan.FromDays(1));
        var old = Make(TimeSpan.FromDays(60));
        using (var large = File.Create(Path.Combine(newest, "large.dump")))
            large.SetLength(new DriveInfo(backups).AvailableFreeSpace);
        using var keeper = await BegunAsync();

        clock.Pass(AfterStart);
        await keeper.LookAsync(stop.Token);
        State.Failure!.Reason.ShouldBe("NO_ROOM");
        Directory.Exists(newest).ShouldBeTrue();
        Directory.Exists(old).ShouldBeFalse();

        File.Delete(Path.Combine(newest, "large.dump"));
        clock.Pass(TimeSpan.FromMinutes(15));
        await keeper.LookAsync(stop.Token);
        State.Last!.At.ShouldBe(clock.GetUtcNow());
        State.Kept.ShouldBe(2);
    }

    [Fact]
    public async Task A_keeper_that_cannot_begin_says_so()
    {
        File.Delete(Path.Combine(backups, "id"));
        Directory.CreateDirectory(Path.Combine(backups, "id"));
        using var keeper = Keeper();
        var running = keeper.RunAsync(stop.Token);
        while (File.Exists(StateFile) is false || State.Failure is null)
            await Task.Delay(20, stop.Token);
        State.ShouldSatisfyAllConditions(state => state.Failure!.Reason.ShouldBe("OTHER"), state => state.ByItself.ShouldBeTrue(), state => state.Next.ShouldBeNull());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_never_comes_into_service_delays_backups_and_does_not_prevent_them()
    {
        DateTimeOffset? toldMeanwhile = null;
        inService = _ =>
        {
            toldMeanwhile = State.Next;
            return new TaskCompletionSource().Task;
        };
        using var keeper = await BegunAsync();
        toldMeanwhile.ShouldBe(Start + AfterStart);
        clock.Pass(AfterStart);
        await keeper.LookAsync(stop.Token);
        State.Last.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_newest_that_can_be_relied_upon_stays_until_a_trial_of_a_later_one_succeeded()
    {
        var (relied, older) = (Make(TimeSpan.FromDays(60)), Make(TimeSpan.FromDays(61)));
        new BackupState("backups", Trial: new BackupMade(Start.AddDays(-60), Path.GetFileName(relied), 1, 1)).Write(StateFile);
        Script("check-backup.sh", "exit 1");
        using var keeper = await BegunAsync();
        for (var night = 0; night < 2; night++)
        {
            clock.Pass(TimeSpan.FromDays(1));
            await keeper.LookAsync(stop.Token);
            State.TrialFailure!.At.ShouldBe(clock.GetUtcNow());
            Directory.Exists(relied).ShouldBeTrue();
            Directory.Exists(older).ShouldBeFalse();
        }

        Script("check-backup.sh", "");
        clock.Pass(TimeSpan.FromDays(1));
        await keeper.LookAsync(stop.Token);
        State.Trial!.Name.ShouldBe(State.Last!.Name);
        Directory.Exists(relied).ShouldBeFalse();
        State.Kept.ShouldBe(3);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_and_was_set_right_keeps_nothing_back()
    {
        var future = Start.AddYears(1);
        clock.Set(future);
        new BackupState("backups", Trial: new BackupMade(future, "a", 1, 1), TrialFailure: new BackupFailed(future, "OTHER")).Write(StateFile);
        Directory.CreateDirectory(Path.Combine(backups, BackupFolder.Of(future, "0a1b2c3d").Name));
        using var keeper = await BegunAsync();
        clock.Set(Start);
        await keeper.LookAsync(stop.Token);
        State.Next.ShouldBe(Start + AfterStart);
        clock.Pass(AfterStart);
        await keeper.LookAsync(stop.Token);
        State.ShouldSatisfyAllConditions(
            state => state.Last!.At.ShouldBe(Start + AfterStart), state => state.Trial!.Name.ShouldBe(state.Last!.Name), state => state.TrialFailure.ShouldBeNull());
    }

    [Fact]
    public async Task A_backup_counts_whatever_becomes_of_looking_at_it_and_is_told_as_soon_as_it_can_be()
    {
        // No folder, so nothing of it can be measured.
        Script("backup.sh", """echo copy > "$2" """);
        using var keeper = await BegunAsync();
        var inTheWay = Directory.CreateDirectory(StateFile + ".new");
        clock.Pass(AfterStart);
        await keeper.LookAsync(stop.Token);
        State.Last.ShouldBeNull();

        inTheWay.Delete();
        await keeper.LookAsync(stop.Token);
        State.ShouldSatisfyAllConditions(state => state.Last!.At.ShouldBe(Start + AfterStart), state => state.Failure.ShouldBeNull(), state => state.Running.ShouldBeNull());
    }

    [Fact]
    public async Task A_trial_whose_database_went_away_is_told_as_that_and_what_it_left_is_removed_later()
    {
        var (isAway, dropped) = (false, 0);
        dropLeftovers = () =>
        {
            if (isAway)
                throw new Npgsql.NpgsqlException("away");
            dropped++;
            return Task.CompletedTask;
        };
        Script("check-backup.sh", "exit 11");
        using var keeper = await BegunAsync();
        await keeper.LookAsync(stop.Token);
        dropped.ShouldBe(1, "what a former run left");

        isAway = true;
        clock.Pass(AfterStart);
        await keeper.LookAsync(stop.Token);
        State.TrialFailure!.Reason.ShouldBe("SERVER_AWAY");
        await keeper.LookAsync(stop.Token);
        isAway = false;
        clock.Pass(TimeSpan.FromMinutes(1));
        await keeper.LookAsync(stop.Token);
        dropped.ShouldBe(2);
    }

    private string StateFile => Path.Combine(backups, "state.json");

    private BackupState State => BackupState.Read(StateFile)!;

    private BackupKeeper Keeper() => new(
        new BackupSettings(
            backups, IsInDataFolder: true, ByItself: true, new TimeOnly(2, 30), TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"), AfterStart, TimeSpan.FromMinutes(15), scripts),
        instance, token => inService(token), _ => dropLeftovers(), clock);

    private async Task<BackupKeeper> BegunAsync()
    {
        var keeper = Keeper();
        await keeper.BeginAsync(stop.Token);
        return keeper;
    }

    private string Make(TimeSpan age)
    {
        var made = Directory.CreateDirectory(Path.Combine(backups, BackupFolder.Of(Start - age, "0a1b2c3d").Name)).FullName;
        File.WriteAllText(Path.Combine(made, "a.dump"), "copy");
        return made;
    }

    private void Script(string name, string text) => File.WriteAllText(Path.Combine(scripts, name), text);

    /// <summary>Moved by the test; whoever waits for a time has waited at once.</summary>
    private sealed class HandClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset now = start;
        private long passed;

        public void Pass(TimeSpan time)
        {
            now += time;
            passed += time.Ticks;
        }

        /// <summary>Somebody sets it; no time passes.</summary>
        public void Set(DateTimeOffset time) => now = time;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
