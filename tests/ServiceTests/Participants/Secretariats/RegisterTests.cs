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
