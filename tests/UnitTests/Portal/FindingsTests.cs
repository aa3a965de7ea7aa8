using OpenGov.Portal.Operation;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.Portal;

public sealed class FindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_backup_that_is_missing_or_older_than_two_days_is_a_warning_and_a_fresh_one_is_nothing()
    {
        Of(new BackupReport(null, 0, 0), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        Of(new BackupReport(Now - TimeSpan.FromHours(49), 5, 1000), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        Of(new BackupReport(Now - TimeSpan.FromHours(47), 5, 1000), []).ShouldBeEmpty();
        // Elsewhere somebody else makes them: nobody here knows.
        Of(null, []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Notice);
    }

    [Fact]
    public void Of_backups_that_the_system_makes_by_itself_missing_failing_and_untried_ones_are_told()
    {
        var next = Now.AddMinutes(5);
        var own = new AutomaticBackups("backups", next, 0, null, null, null, null, null);
        // The first one is on its way: nobody has to do anything.
        Of(new BackupReport(null, 0, 0, own), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Notice);
        Of(new BackupReport(null, 0, 0, own with { Next = null }), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);

        var fresh = new BackupReport(Now.AddHours(-20), 6, 1000, own with { Kept = 3, Last = new BackupMade(Now.AddHours(-20), "a", 6, 1000) });
        Of(fresh, []).ShouldBeEmpty();
        BackupReport Failing(BackupReport report) => report with { Automatic = report.Automatic! with { Failure = new BackupFailed(Now.AddHours(-1), "NO_ROOM") } };
        var failing = Of(Failing(fresh), []).ShouldHaveSingleItem();
        failing.Severity.ShouldBe(Severity.Warning);
        failing.What.ShouldContain("no había espacio en el disco");
        failing.Todo.ShouldContain("Libere espacio");
        // No backup at all, or an old one, and it fails: red.
        Of(Failing(new BackupReport(null, 0, 0, own)), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Failure);
        Of(Failing(fresh with { At = Now.AddDays(-3) }), []).Select(one => one.Severity).ShouldBe([Severity.Failure, Severity.Warning]);

        BackupReport Tried(string reason) => fresh with { Automatic = fresh.Automatic! with { TrialFailure = new BackupFailed(Now.AddHours(-1), reason) } };
        Of(Tried("DAMAGED"), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Failure);
        // Nothing is said against a backup that could not be tried, and the room that is lacking is elsewhere.
        var untried = Of(Tried("NO_ROOM"), []).ShouldHaveSingleItem();
        untried.Severity.ShouldBe(Severity.Warning);
        untried.What.ShouldContain("no se pudo probar");
        untried.Todo.ShouldContain("disco de los datos");
        Of(Tried("TOOK_TOO_LONG"), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        Of(Tried("DAMAGED") with { Automatic = Tried("DAMAGED").Automatic! with { Trial = new BackupMade(Now, "a", 6, 1000) } }, []).ShouldBeEmpty();
    }

    [Fact]
    public void Backups_that_should_come_by_themselves_and_do_not_are_told()
    {
        var own = new AutomaticBackups("backups", Now.AddHours(2), 3, null, new BackupMade(Now.AddHours(-20), "a", 6, 1000), null, null, null, ByItself: true);
        BackupReport With(AutomaticBackups? automatic, DateTimeOffset? at) => new(at, 6, 1000, automatic);
        var fresh = Now.AddHours(-20);
        Of(With(own, fresh), []).ShouldBeEmpty();
        Of(With(own with { Next = Now.AddMinutes(-59) }, fresh), []).ShouldBeEmpty();
        foreach (var at in new DateTimeOffset?[] { fresh, null })
        {
            Of(With(own with { Next = Now.AddMinutes(-61) }, at), []).ShouldHaveSingleItem().What.ShouldContain("no ha empezado");
            var unknown = Of(With(own with { Next = null }, at), []).ShouldHaveSingleItem();
            (unknown.Severity, unknown.What).ShouldBe((Severity.Warning, "No se sabe cuándo será el próximo respaldo."));
        }

        Of(With(own with { Next = Now.AddMinutes(-61), Running = new BackupRun(Now.AddMinutes(-61), false, null) }, fresh), []).ShouldBeEmpty();
        Of(With(own with { Next = null, ByItself = false }, fresh), []).ShouldBeEmpty();
        // A clock that was ahead made it: nobody can rely upon it for a year.
        Of(With(own, Now.AddYears(1)), []).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    [Theory]
    [InlineData(900L, 100_000L, Severity.Warning)]
    [InlineData(200L, 100_000L, Severity.Failure)]
    [InlineData(4000L, 100_000L, Severity.Warning)]
    [InlineData(6000L, 100_000L, null)]
    public void A_disk_that_fills_up_is_told_before_it_is_full(long freeMegabytes, long totalMegabytes, Severity? severity)
    {
        const long Megabyte = 1024 * 1024;
        var place = Place("portal", new BackupReport(Now, 5, 1000), []);
        place = place with { Process = place.Process! with { Disk = new DiskReport(true, freeMegabytes * Megabyte, totalMegabytes * Megabyte) } };
        Findings.Of(new SystemView([place], Now)).Select(finding => (Severity?)finding.Severity).ShouldBe(severity is null ? [] : [severity]);
    }

    [Theory]
    [InlineData(31, null)]
    [InlineData(29, Severity.Warning)]
    [InlineData(0, Severity.Failure)]
    public void The_end_of_the_gateway_s_certificate_is_told_thirty_days_before(int days, Severity? severity)
    {
        var end = Now.AddDays(days);
        var findings = Findings.Of(new SystemView([Place("gateway", new BackupReport(Now, 5, 1000), [], new Figure("certificate_end", Time: end))], Now));
        findings.Select(finding => (Severity?)finding.Severity).ShouldBe(severity is null ? [] : [severity]);
    }

    [Fact]
    public void A_program_that_ended_by_itself_is_news_for_a_day()
    {
        var fresh = new BackupReport(Now, 5, 1000);
        var finding = Of(fresh, [new RestartReport("transparency", 2, Now - TimeSpan.FromHours(1), 137, null)]).ShouldHaveSingleItem();
        finding.Severity.ShouldBe(Severity.Warning);
        finding.What.ShouldContain("transparency");
        Of(fresh, [new RestartReport("transparency", 2, Now - TimeSpan.FromHours(25), 137, null)]).ShouldBeEmpty();
    }

    [Fact]
    public void Several_processes_see_the_same_folder_and_each_restart_is_told_once()
    {
        var restart = new RestartReport("broker", 1, Now, 1, null);
        new SystemView([Place("a", null, [restart]), Place("b", null, [restart])], Now).Restarts.ShouldBe([restart]);
    }

    [Fact]
    public void What_a_restored_backup_brought_back_is_told_for_a_day_and_who_waits_as_long_as_they_do()
    {
        Ledger("KEPT", 0, null, 0).ShouldBeEmpty();
        Ledger("NONE", 0, null, 0).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        Ledger("FAILS", 0, null, 0).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Failure);
        var told = Ledger("KEPT", 3, Now - TimeSpan.FromHours(1), 0).ShouldHaveSingleItem();
        told.Severity.ShouldBe(Severity.Notice);
        told.What.ShouldContain("3");
        Ledger("KEPT", 3, Now - TimeSpan.FromHours(25), 0).ShouldBeEmpty();
        Ledger("KEPT", 3, Now - TimeSpan.FromHours(25), 2).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Failure);
    }

    private static IReadOnlyList<Finding> Ledger(string ledger, long again, DateTimeOffset? last, long waiting) => Findings.Of(new SystemView(
        [Place("participants", new BackupReport(Now, 6, 1000), [], new Figure("erasure_ledger", Text: ledger), new Figure("erased_again", again, last), new Figure("erasures_waiting", waiting))], Now));

    private static IReadOnlyList<Finding> Of(BackupReport? backup, IReadOnlyList<RestartReport> restarts) => Findings.Of(new SystemView([Place("portal", backup, restarts)], Now));

    private static Place Place(string service, BackupReport? backup, IReadOnlyList<RestartReport> restarts, params Figure[] figures) => new(
        service, null, PlaceState.Answers, new ProcessReport(service, Guid.NewGuid(), 1, "1", "", Now, Now, 1, null, backup, null, [], restarts, figures, []), null, null, null);
}
