using OpenGov.Portal.LegalProfile;

namespace OpenGov.UnitTests.Portal;

public sealed class HolidayTextTests
{
    public static TheoryData<string, string> Calendars => new()
    {
        { "2026-12-25", "2026-12-25" },
        { "25/12/2026 Navidad\n\n  1/1/2027  Año nuevo\r\n", "2026-12-25 2027-01-01" },
        { "Viernes 25 de diciembre de 2026", "2026-12-25" },
        { "1 de Mayo del 2027", "2027-05-01" },
        { "2027-01-01 2026-12-25, 2027-01-01", "2026-12-25 2027-01-01" },
        { "30/12/2026 al 02/01/2027", "2026-12-30 2026-12-31 2027-01-01 2027-01-02" },
        { "2026-12-30 – 2026-12-31: receso", "2026-12-30 2026-12-31" },
        { "fecha;nombre\n2026-11-16;Revolución", "2026-11-16" },
        { "\"25-12-2026\",\"Navidad\"", "2026-12-25" },
        { "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTAMP:20200101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Navidad\r\nEND:VEVENT\r\nEND:VCALENDAR", "2026-12-25" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Calendars))]
    public void A_calendar_is_read_as_people_have_it(string text, string days)
    {
        var read = HolidayText.Read(text);
        read.Wrong.ShouldBeNull();
        string.Join(' ', read.Days.Select(day => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture))).ShouldBe(days);
    }

    [Theory]
    [InlineData("2026-02-30")]
    [InlineData("25/13/2026")]
    [InlineData("Navidad")]
    [InlineData("25 de brumario de 2026")]
    [InlineData("20261225")]
    [InlineData("21/12/2026 al 06/01/2020")]
    [InlineData("01/01/2026 al 31/12/2026")]
    [InlineData("2026-12-25\nmañana")]
    [InlineData("BEGIN:VCALENDAR\nDTSTART:20261399")]
    public void A_line_that_is_no_date_is_named(string text) => HolidayText.Read(text).Wrong.ShouldBe(text.Split('\n')[^1]);

    [Fact]
    public void What_is_written_is_read_again()
    {
        DateOnly[] days = [new(2027, 1, 1), new(2026, 12, 25)];
        HolidayText.Read(HolidayText.Write(days)).Days.ShouldBe(days.Order());
    }
}
