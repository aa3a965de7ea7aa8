using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.UnitTests.ServiceDefaults.Messaging;

public sealed class FailureTests
{
    public static TheoryData<Exception, bool> Failures => new()
    {
        { new PostgresException("", "", "", PostgresErrorCodes.AdminShutdown), true },
        { new PostgresException("", "", "", PostgresErrorCodes.CannotConnectNow), true },
        { new PostgresException("", "", "", PostgresErrorCodes.DiskFull), true },
        { new PostgresException("", "", "", PostgresErrorCodes.TooManyConnections), true },
        { new PostgresException("", "", "", PostgresErrorCodes.DeadlockDetected), true },
        { new PostgresException("", "", "", PostgresErrorCodes.SerializationFailure), true },
        { new PostgresException("", "", "", PostgresErrorCodes.LockNotAvailable), true },
        { new PostgresException("", "", "", PostgresErrorCodes.QueryCanceled), true },
        { new PostgresException("", "", "", PostgresErrorCodes.ReadOnlySqlTransaction), true },
        { new NpgsqlException("broken", new IOException()), true },
        { new InvalidOperationException("The transaction has ended with its connection") { Source = "Npgsql" }, true },
        { new TimeoutException(), true },
        { new OperationCanceledException(), true },
        // A full disk ends a new connection so: "could not write init file".
        { new PostgresException("", "FATAL", "FATAL", PostgresErrorCodes.InternalError), true },
        // A damaged page raises the same error each time that it is read.
        { new PostgresException("", "ERROR", "ERROR", PostgresErrorCodes.DataCorrupted), false },
        { new PostgresException("", "ERROR", "ERROR", PostgresErrorCodes.InternalError), false },
        { new PostgresException("", "", "", PostgresErrorCodes.CheckViolation), false },
        { new PostgresException("", "", "", PostgresErrorCodes.UndefinedTable), false },
        { new PostgresException("", "", "", PostgresErrorCodes.UniqueViolation), false },
        { new RegexMatchTimeoutException(), false },
        { new JsonException(), false },
        { new InvalidOperationException(), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_passes_by_itself_is_waited_for_and_all_else_parks_the_fact(Exception failure, bool passes) =>
        FactApplier.IsPassing(failure).ShouldBe(passes);

    [Fact]
    public void A_reason_names_the_rule_but_not_the_values_of_the_row()
    {
        var failure = new PostgresException(
            "new row violates check constraint", "ERROR", "ERROR", PostgresErrorCodes.CheckViolation,
            detail: "Failing row contains (maria@example.org).", tableName: "person", constraintName: "adult");
        var reason = FactApplier.ReasonOf(failure);
        reason.ShouldContain("adult");
        reason.ShouldContain("person");
        reason.ShouldNotContain("maria");
        FactApplier.ReasonOf(new InvalidOperationException(new string('x', 10_000))).Length.ShouldBeInRange(1000, 2000);
    }

    [Theory]
    [InlineData(0, new long[] { 1, 2, 3 }, true)]
    [InlineData(4, new long[] { 5 }, true)]
    [InlineData(0, new long[] { 2 }, false)]
    [InlineData(0, new long[] { 1, 3 }, false)]
    [InlineData(0, new long[] { 2, 1 }, false)]
    public void A_hole_in_the_sequence_is_seen(long position, long[] sequences, bool follows) =>
        Inbox.FollowsWithoutHoles(position, [.. sequences.Select(sequence => new RecordedEvent(sequence, default, "", default, 1, default, null, null))]).ShouldBe(follows);

    [Fact]
    public void Fail_points_are_a_probability_or_a_pass()
    {
        var points = FailPoints.Parse("relay.numbered=0.25; inbox.applied=#3");
        points["relay.numbered"].ShouldBe((0.25, 0));
        points["inbox.applied"].ShouldBe((0, 3));
        Should.Throw<FormatException>(() => FailPoints.Parse("relay.numbered"));
    }
}
