using System.Text;
using OpenGov.Portal.Secretariat;

namespace OpenGov.UnitTests.Portal;

/// <summary>RFC 5545, as calendars read it.</summary>
public sealed class SessionCalendarTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 30, 0, TimeSpan.FromHours(-6));

    [Fact]
    public void Lines_end_in_CRLF_and_none_is_longer_than_75_octets()
    {
        var title = string.Concat(Enumerable.Repeat("Sesión ñandú 🗳 ", 20));
        var text = SessionCalendar.Write("Sesiones", [Event(summary: title)]);
        text.ShouldEndWith("END:VCALENDAR\r\n");
        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain("\n");
        var lines = text.Split("\r\n");
        lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        // Unfolding gives back what was written.
        Unfolded(text).ShouldContain($"SUMMARY:{title}");
    }

    [Fact]
    public void Commas_semicolons_backslashes_and_line_ends_are_escaped()
    {
        var text = Unfolded(SessionCalendar.Write(null, [Event(place: @"Sala 1; piso 2, ala \norte", description: "1. Uno\n2. Dos\r\nEND:VEVENT")]));
        text.ShouldContain(@"LOCATION:Sala 1\; piso 2\, ala \\norte");
        text.ShouldContain(@"DESCRIPTION:1. Uno\n2. Dos\nEND:VEVENT");
        text.Split("\r\n").Count(line => line == "END:VEVENT").ShouldBe(1);
    }

    [Fact]
    public void A_cancellation_and_the_true_end_take_the_place_of_the_convocation()
    {
        var convened = Unfolded(SessionCalendar.Write(null, [Event()]));
        convened.ShouldContain("DTSTART:20260302T163000Z\r\nDURATION:PT2H\r\n");
        convened.ShouldContain("SEQUENCE:0\r\nSTATUS:CONFIRMED\r\n");
        var uid = convened.Split("\r\n").Single(line => line.StartsWith("UID:", StringComparison.Ordinal));
        var cancelled = Unfolded(SessionCalendar.Write(null, [Event(state: "CANCELLED")]));
        cancelled.ShouldContain(uid);
        cancelled.ShouldContain("SEQUENCE:1\r\nSTATUS:CANCELLED\r\n");
        var closed = Unfolded(SessionCalendar.Write(null, [Event(state: "CLOSED", ended: Start.AddMinutes(75))]));
        closed.ShouldContain(uid);
        closed.ShouldContain("SEQUENCE:1\r\nSTATUS:CONFIRMED\r\n");
        closed.ShouldContain("DTEND:20260302T174500Z\r\n");
    }

    private static CalendarEvent Event(string summary = "Sesión", string state = "CONVENED", DateTimeOffset? ended = null, string place = "Sala", string? description = null) => new(
        new Guid("0198c0de-0000-7000-8000-000000000001"), summary, state, Start, ended, Start.AddDays(-7), place, description, "https://abierto.example/sesiones/0198c0de-0000-7000-8000-000000000001");

    private static string Unfolded(string text) => text.Replace("\r\n ", "", StringComparison.Ordinal);
}
