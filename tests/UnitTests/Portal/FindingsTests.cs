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

    private static IReadOnlyList<Finding> Of(BackupReport? backup, IReadOnlyList<RestartReport> restarts) => Findings.Of(new SystemView([Place("portal", backup, restarts)], Now));

    private static Place Place(string service, BackupReport? backup, IReadOnlyList<RestartReport> restarts) => new(
        service, null, PlaceState.Answers, new ProcessReport(service, Guid.NewGuid(), 1, "1", "", Now, Now, 1, null, backup, null, [], restarts, [], []), null, null, null);
}
