using System.Globalization;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>What every seat voted and to which sessions it came, through all sessions.</summary>
internal static class ShowRegisters
{
    public static async Task<IResult> VotesAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? asiento, string? anio, string? desde)
    {
        var asked = await secretariats.SecretariatAsync(id);
        if (asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, asked);
        // What the form does not offer is no filter.
        Guid? seat = Guid.TryParse(asiento, out var named) && (secretariat.Seats.Any(one => one.Id == named) || secretariat.RetiredSeats.Any(one => one.Id == named)) ? named : null;
        var year = YearOf(secretariat, anio);
        var votes = await secretariats.VotesAsync(id, seat, year, desde);
        return votes is { Ok: true, Value: { } found } ? Pages.Of<VoteRegisterPage>(new VoteRegisterModel(secretariat, found, seat, year, desde)) : Pages.For(http, votes);
    }

    public static async Task<IResult> AttendanceAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? anio)
    {
        var asked = await secretariats.SecretariatAsync(id);
        if (asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, asked);
        var year = YearOf(secretariat, anio);
        var attendance = await secretariats.AttendanceAsync(id, year);
        return attendance is { Ok: true, Value: { } found } ? Pages.Of<AttendanceRegisterPage>(new AttendanceRegisterModel(secretariat, found.Items, year)) : Pages.For(http, attendance);
    }

    /// <summary>Years in which it can have held sessions, the latest first.</summary>
    public static IReadOnlyList<int> Years(SecretariatView secretariat) =>
        [.. Enumerable.Range(secretariat.FormedOn.Year, Math.Max(1, secretariat.On.Year - secretariat.FormedOn.Year + 1)).Reverse()];

    private static int? YearOf(SecretariatView secretariat, string? asked) => Years(secretariat).Cast<int?>().FirstOrDefault(year => year is { } one && one.ToString(CultureInfo.InvariantCulture) == asked);
}

public sealed record VoteRegisterModel(SecretariatView Secretariat, Listing<RegisteredVote> Votes, Guid? Seat, int? Year, string? Cursor)
{
    public string Address(string? cursor) => $"/secretariado/{Secretariat.Id}/votos" + Query.Of(("asiento", Seat), ("anio", Year), ("desde", cursor));
}

public sealed record AttendanceRegisterModel(SecretariatView Secretariat, IReadOnlyList<SeatAttendance> Rows, int? Year);
