using System.Globalization;
using Npgsql;
using OpenGov.Portal;
using OpenGov.Portal.Operation;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.Portal;

public sealed class PlainWordsTests
{
    public static readonly TheoryData<Exception, string> Reasons = new()
    {
        { Database(PostgresErrorCodes.UniqueViolation), "TWICE" },
        { Database(PostgresErrorCodes.ForeignKeyViolation), "MISSING" },
        { Database(PostgresErrorCodes.CheckViolation), "RULE" },
        { Database(PostgresErrorCodes.NotNullViolation), "RULE" },
        { Database(PostgresErrorCodes.InvalidTextRepresentation), "FORM" },
        { Database(PostgresErrorCodes.QueryCanceled), "SLOW" },
        { Database(PostgresErrorCodes.DiskFull), "ROOM" },
        { Database(PostgresErrorCodes.UndefinedColumn), "PROGRAM" },
        { Database(PostgresErrorCodes.AdminShutdown), "DATABASE" },
        { new InvalidOperationException("of ours", Database(PostgresErrorCodes.UniqueViolation)), "TWICE" },
        { new NpgsqlException("away"), "DATABASE" },
        { new HttpRequestException("away"), "AWAY" },
        { new TimeoutException("slow"), "AWAY" },
        { new System.Text.Json.JsonException("odd"), "UNREADABLE" },
        { new KeyNotFoundException("odd"), "UNREADABLE" },
        { new OpenGov.ServiceDefaults.Messaging.WaitsForEarlierFactException("participants.v1.AccountAddressChangedV1"), "EARLIER" },
        { new NullReferenceException(), "PROGRAM" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_stopped_a_message_is_said_in_words(Exception exception, string kind)
    {
        var reason = FailureText.Of(exception);
        PlainWords.KindOfReason(reason).ShouldBe(kind);
        SaidInBoth($"reason_{kind}");
    }

    /// <summary>As a service says why it cannot read an owner, without what exceptions say: its health is public.</summary>
    [Theory]
    [MemberData(nameof(Reasons))]
    public void Why_a_copy_does_not_come_is_said_in_the_same_words(Exception exception, string kind) => PlainWords.KindOfReason(FailureText.NamesOf(exception)).ShouldBe(kind);

    /// <summary>As MassTransit writes it beside a message.</summary>
    [Theory]
    [InlineData("fault: System.Runtime.Serialization.SerializationException: An error occurred while deserializing the message envelope")]
    [InlineData("fault: System.Text.Json.JsonReaderException: 'b' is an invalid start of a property name.")]
    [InlineData("dead-letter")]
    public void What_the_bus_says_is_said_in_words_too(string reason) => PlainWords.KindOfReason(reason).ShouldBe("UNREADABLE");

    [Theory]
    [InlineData("OpenGov.ServiceDefaults.Messaging.FactApplier", "FACT")]
    [InlineData("OpenGov.ServiceDefaults.Messaging.BrokenMessages", "MESSAGE")]
    [InlineData("OpenGov.ServiceDefaults.Messaging.Relay", "MESSAGING")]
    [InlineData("OpenGov.ServiceDefaults.Operation.OperatorCommands", "ORDER")]
    [InlineData("OpenGov.Notifications.Deliveries.DeliveryWorker", "MAIL")]
    [InlineData("OpenGov.Participants.Privacy.Erasures.LedgerWriter", "LEDGER")]
    [InlineData("OpenGov.Gateway.Tls.ServerCertificate", "CERTIFICATE")]
    [InlineData("OpenGov.ServiceDefaults.Http.ExceptionToProblem", "REQUEST")]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Command", "DATABASE")]
    [InlineData("Grpc", "OTHER")]
    public void What_a_program_recorded_is_said_in_words(string where, string kind)
    {
        var failure = new RecentFailure(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, "ERROR", where, "text", null, null);
        PlainWords.KindOfFailure(failure).ShouldBe(kind);
        SaidInBoth($"failed_{kind}");
    }

    private static void SaidInBoth(string code)
    {
        var (spanish, english) = (Text.Find($"codes.{code}", CultureInfo.GetCultureInfo("es-MX")), Text.Find($"codes.{code}", CultureInfo.GetCultureInfo("en")));
        spanish.ShouldNotBeNullOrEmpty();
        english.ShouldNotBeNullOrEmpty();
        english.ShouldNotBe(spanish);
    }

    private static PostgresException Database(string code) => new("message", "ERROR", "ERROR", code);
}
