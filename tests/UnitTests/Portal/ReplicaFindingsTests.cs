using OpenGov.Portal.Operation;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.Portal;

/// <summary>With two replicas the operator's page tells what only one of them suffers, whichever answered first.</summary>
public sealed class ReplicaFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly OperationReport Well = new(
        Process("Healthy"), new DatabaseReport("15", 1, 1, 100, null), new BrokerReport(true, "3.10", []), new LogReport(1, 1, 0, null), [new CopyReport("participants", 5, 5, null, null, 0)], new ParkedReport(0, null, 0),
        new BrokenReport(0, null, 0), [], [], new Dictionary<string, string>(StringComparer.Ordinal));

    public static TheoryData<int, int> EitherOrder => new() { { 0, 1 }, { 1, 0 } };

    [Theory]
    [MemberData(nameof(EitherOrder))]
    public void A_replica_without_its_database_is_told_beside_one_that_is_well(int well, int ill) =>
        Findings(well, Well, ill, Well with { Process = Process("Unhealthy") }).ShouldContain(finding => finding.Severity == Severity.Failure);

    [Theory]
    [MemberData(nameof(EitherOrder))]
    public void A_replica_whose_bus_is_away_is_told(int well, int ill) =>
        Findings(well, Well, ill, Well with { Broker = new BrokerReport(false, null, []) }).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);

    [Theory]
    [MemberData(nameof(EitherOrder))]
    public void A_replica_that_cannot_read_an_owner_is_told_with_its_reason(int well, int ill) =>
        Findings(well, Well, ill, Well with { Copies = [new CopyReport("participants", 5, 5, null, "PostgresException 53100 DiskFull", 0)] })
            .ShouldHaveSingleItem().Todo.ShouldContain(PlainWords.OfReason("PostgresException 53100"));

    [Theory]
    [MemberData(nameof(EitherOrder))]
    public void What_one_replica_could_not_learn_and_the_other_could_is_there_and_told(int well, int ill)
    {
        var system = System(well, Well, ill, Well with { Log = null, Copies = null, Unknown = new Dictionary<string, string>(StringComparer.Ordinal) { ["log"] = "slow" } });
        system.Services.ShouldHaveSingleItem().Report.Log.ShouldNotBeNull();
        system.Services[0].Report.Copies.ShouldNotBeNull();
        OpenGov.Portal.Operation.Findings.Of(system).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    [Fact]
    public void Two_that_are_well_are_nothing_to_attend_to() => Findings(0, Well, 1, Well).ShouldBeEmpty();

    private static IReadOnlyList<Finding> Findings(int oneAt, OperationReport one, int otherAt, OperationReport other) => OpenGov.Portal.Operation.Findings.Of(System(oneAt, one, otherAt, other));

    private static SystemView System(int oneAt, OperationReport one, int otherAt, OperationReport other)
    {
        var places = new Place[2];
        foreach (var (at, report) in new[] { (oneAt, one), (otherAt, other) })
        {
            var process = report.Process with { Process = Guid.NewGuid() };
            places[at] = new Place("transparency", null, PlaceState.Answers, process, report, process.Health, null);
        }

        return new SystemView(places, Now);
    }

    private static ProcessReport Process(string database) => new(
        "transparency", Guid.NewGuid(), 1, "1", "", Now, Now, 1, null, new BackupReport(Now, 5, 1000),
        new HealthReportJson(database, new Dictionary<string, HealthCheckJson>(StringComparer.Ordinal) { ["database"] = new(database, null) }), [], [], [], []);
}
