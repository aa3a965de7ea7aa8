using System.Text.Json;
using Npgsql;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData("invalid input syntax for type uuid: \"Juana\"", "invalid input syntax for type uuid: […]")]
    [InlineData("value \"Juana \"la\" Pérez\" is out of range", "value […] is out of range")]
    [InlineData("\"a\" is no \"Juana", "[…]")]
    [InlineData("Cut off: 'Juana", "Cut off: […]")]
    [InlineData("The input string 'Juana' was not in a correct format.", "The input string […] was not in a correct format.")]
    [InlineData("It doesn't say what it couldn't do", "It doesn't say what it couldn't do")]
    [InlineData("valor «Juana» de “Pérez”", "valor […] de […]")]
    [InlineData("the weights add to 90, not 100 (INV-21)", "the weights add to 90, not 100 (INV-21)")]
    [InlineData("no mail to juana@ejemplo.mx", "no mail to […@…]")]
    public void Of_a_message_what_stands_between_quotation_marks_is_left_out(string message, string shown) => FailureText.WithoutValues(message).ShouldBe(shown);

    [Fact]
    public void A_mark_that_is_opened_before_the_cut_hides_the_rest() =>
        FailureText.WithoutValues($"{new string('x', 900)} \"{new string('J', 500)}\" end").ShouldNotContain("J");

    [Fact]
    public void A_failure_of_the_database_says_its_condition_table_and_rule()
    {
        var failure = new PostgresException(
            "new row for relation \"seen\" violates check constraint \"no_poison\"", "ERROR", "ERROR", PostgresErrorCodes.CheckViolation, detail: "Failing row contains (Juana).", tableName: "seen", constraintName: "no_poison");
        FailureText.Of(new InvalidOperationException("Fact \"Juana\" failed", failure)).ShouldBe(
            "InvalidOperationException: Fact […] failed ← PostgresException 23514 CheckViolation (table seen, constraint no_poison): new row for relation […]");
    }

    [Fact]
    public void Logs_show_type_and_place_and_no_value()
    {
        Exception failure;
        try
        {
            JsonSerializer.Deserialize<int>("\"Juana\"");
            throw new InvalidOperationException("unreachable");
        }
        catch (JsonException exception)
        {
            failure = exception;
        }

        var logged = new LoggedException(new InvalidOperationException("of 'Juana'", failure)).ToString();
        logged.ShouldStartWith("System.InvalidOperationException: InvalidOperationException: of […]");
        logged.ShouldContain("System.Text.Json");
        logged.ShouldContain("   at ");
        logged.ShouldNotContain("Juana");
    }
}
