using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>What every seat voted and to which sessions it came, through all sessions.</summary>
public sealed class RegisterTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task The_registers_say_of_each_seat_what_it_voted_and_when_it_came()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var registers = $"{Api}/secretariats/{stl.Id}";
        (await ReadAsync($"{registers}/votes")).ShouldBeEmpty();
        (await ReadAsync($"{registers}/attendance")).ShouldBeEmpty();
        for (var number = 1; number <= 2; number++)
            await HoldAsync(stl);

        // The second civil seat is never there; the guarantor's is, and says nothing.
        var votes = await ReadAsync($"{registers}/votes");
        votes.Take(4).Select(row => (row.GetProperty("seatNumber").GetInt32(), row.GetProperty("choice").GetString())).ShouldBe([(1, "IN_FAVOUR"), (2, "ABSENT"), (3, "AGAINST"), (4, "SILENT")]);
        votes.Count.ShouldBe(8);
        votes.ShouldAllBe(row => row.GetProperty("outcome").GetString() == "TIED" && row.GetProperty("organisationName").GetString() != null);
        votes.Select(row => row.GetProperty("sessionNumber").GetInt32()).ShouldBe([2, 2, 2, 2, 1, 1, 1, 1]);
        votes[1].GetProperty("organisationId").GetGuid().ShouldBe(stl.Members[1].OrganisationId, "an absent seat is its titular's");
        votes[1].GetProperty("role").ValueKind.ShouldBe(JsonValueKind.Null);

        // The same in pages of three, of one seat, of one year.
        List<string> paged = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await (await service.Anonymous().GetAsync($"{registers}/votes?limit=3{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}")).JsonAsync();
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetRawText()));
            cursor = page.GetProperty("next").GetString();
        }

        paged.ShouldBe(votes.Select(row => row.GetRawText()));
        (await ReadAsync($"{registers}/votes?seatId={stl.Members[2].SeatId}")).Select(row => row.GetProperty("choice").GetString()).ShouldBe(["AGAINST", "AGAINST"]);
        var year = State.Find("15")!.Today(service.Clock.GetUtcNow()).Year;
        (await ReadAsync($"{registers}/votes?year={year}")).Count.ShouldBe(8);
        (await ReadAsync($"{registers}/votes?year={year - 1}")).ShouldBeEmpty();
        await (await service.Anonymous().GetAsync($"{registers}/votes?year=1")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "number_out_of_range");
        await (await service.Anonymous().GetAsync($"{registers}/votes?cursor=x")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        (await service.Anonymous().GetAsync($"{Api}/secretariats/{Guid.NewGuid()}/votes")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var attendance = await ReadAsync($"{registers}/attendance");
        attendance.Select(row => (row.GetProperty("held").GetInt32(), row.GetProperty("attended").GetInt32(), row.GetProperty("inRoom").GetInt32(), row.GetProperty("remote").GetInt32(), row.GetProperty("share").GetString()))
            .ShouldBe([(2, 2, 0, 2, "100.0"), (2, 0, 0, 0, "0.0"), (2, 2, 2, 0, "100.0"), (2, 2, 0, 2, "100.0")]);
        (await ReadAsync($"{registers}/attendance?year={year - 1}")).ShouldBeEmpty();
        foreach (var member in stl.Members)
            (votes.Select(row => row.GetRawText()).Concat(attendance.Select(row => row.GetRawText()))).ShouldAllBe(row => !row.Contains(member.AccountId.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_register_says_of_silent_and_absent_seats_what_the_ballot_counted_INV_12()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 4);
        var session = await stl.ConveneAsync();
        foreach (var early in new[] { 0, 1, 2, 4, 5 })
            await ComeAsync(stl.Members[early], session);
        // It goes home before the session is opened, and so it was at none.
        await LeaveAsync(stl.Members[2], session);
        await stl.ActAsync(session, "opening");
        var motion = await stl.ProposeAsync(session);

        // The first round: one votes and everybody else leaves before the close; one came only meanwhile, one is not there.
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await ComeAsync(stl.Members[3], session);
        (await Assembly.VoteAsync(stl.Members[0].Client, session, motion, "IN_FAVOUR")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var gone in new[] { 1, 3, 4, 5 })
            await LeaveAsync(stl.Members[gone], session);
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");

        // The second, in which two of those who left are not counted, and one declares its abstention.
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var back in new[] { 1, 4, 5 })
            await ComeAsync(stl.Members[back], session);
        await stl.ActAsync(session, $"motions/{motion}/ballots", new { round = 2 });
        (await Assembly.VoteAsync(stl.Members[1].Client, session, motion, "ABSTENTION", 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stl.ActAsync(session, $"motions/{motion}/ballots/close", new { round = 2 });
        await stl.ActAsync(session, "closing");

        var votes = await ReadAsync($"{Api}/secretariats/{stl.Id}/votes");
        Choices(1).ShouldBe(["IN_FAVOUR", "SILENT", "ABSENT", "SILENT", "SILENT", "SILENT"]);
        Choices(2).ShouldBe(["SILENT", "ABSTENTION", "ABSENT", "ABSENT", "SILENT", "SILENT"]);
        votes.Single(row => Round(row) == 1 && row.GetProperty("seatNumber").GetInt32() == 4).GetProperty("role").GetString().ShouldBe("TITULAR", "who came meanwhile sat there, though it left");
        foreach (var ballot in (await stl.ReadAsync(session)).GetProperty("motions")[0].GetProperty("ballots").EnumerateArray())
        {
            var (choices, totals) = (Choices(ballot.GetProperty("round").GetInt32()), ballot.GetProperty("totals"));
            choices.Count(choice => choice is "SILENT" or "ABSTENTION").ShouldBe(totals.GetProperty("abstentions").GetInt32());
            choices.Count(choice => choice == "ABSENT").ShouldBe(totals.GetProperty("absent").GetInt32());
            choices.Count(choice => choice == "IN_FAVOUR").ShouldBe(totals.GetProperty("inFavour").GetInt32());
        }

        (await AttendanceAsync(stl)).ShouldBe([(1, 1, 1), (2, 1, 1), (3, 1, 0), (4, 1, 1), (5, 1, 1), (6, 1, 1)]);

        // Who voted and resigned on the same day was at the session; who was appointed after it could not be.
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{stl.Members[0].HoldingId}/end", new { reason = "Renuncia" });
        var next = await Assembly.HoldAsync(service, stl.Office, stl.Id, stl.Members[0].SeatId, "TITULAR", "CIVIL_SOCIETY_ORGANIZATION", "Quien sigue en el asiento");
        (await AttendanceAsync(stl)).ShouldBe([(1, 1, 1), (2, 1, 1), (3, 1, 0), (4, 1, 1), (5, 1, 1), (6, 1, 1)]);
        var attendance = await ReadAsync($"{Api}/secretariats/{stl.Id}/attendance");
        attendance[0].GetProperty("organisationId").GetGuid().ShouldBe(stl.Members[0].OrganisationId);
        attendance.ShouldAllBe(row => row.GetProperty("organisationId").GetGuid() != next.OrganisationId);

        static int Round(JsonElement row) => row.GetProperty("round").GetInt32();
        List<string> Choices(int round) => [.. votes.Where(row => Round(row) == round).OrderBy(row => row.GetProperty("seatNumber").GetInt32()).Select(row => row.GetProperty("choice").GetString()!)];
        static async Task ComeAsync(Member member, Guid session) => await Assembly.DoneAsync(await member.Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true }));
        static async Task LeaveAsync(Member member, Guid session) => await Assembly.DoneAsync(await member.Client.PostAsync($"{Assembly.Sessions(session)}/my/departure", null));
    }

    private async Task<IReadOnlyList<(int Seat, int Held, int Attended)>> AttendanceAsync(Assembly stl) =>
        [.. (await ReadAsync($"{Api}/secretariats/{stl.Id}/attendance")).Select(row => (row.GetProperty("seatNumber").GetInt32(), row.GetProperty("held").GetInt32(), row.GetProperty("attended").GetInt32()))];

    private static async Task HoldAsync(Assembly stl)
    {
        var session = await stl.ConveneAsync();
        foreach (var remote in new[] { stl.Members[0], stl.Members[3] })
            await Assembly.DoneAsync(await remote.Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true }));
        await stl.ActAsync(session, "attendance", new { seatId = stl.Members[2].SeatId, role = "TITULAR", remote = false });
        await stl.ActAsync(session, "opening");
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        (await Assembly.VoteAsync(stl.Members[0].Client, session, motion, "IN_FAVOUR")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stl.ActAsync(session, $"motions/{motion}/room-votes", new { seatId = stl.Members[2].SeatId, round = 1, choice = "AGAINST" });
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "closing");
    }

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(string address) =>
        [.. (await Assembly.DoneAsync(await service.Anonymous().GetAsync(address))).GetProperty("items").EnumerateArray()];
}
