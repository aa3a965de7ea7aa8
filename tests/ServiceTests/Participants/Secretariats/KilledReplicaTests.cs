using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenGov.ServiceDefaults.Security;
using Xunit.Abstractions;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>Forty seats vote in the same second at two replicas, and one of these is killed while they do.</summary>
public sealed class KilledReplicaTests(ParticipantsHost service, ITestOutputHelper output) : IClassFixture<ParticipantsHost>
{
    /// <summary>Transactions that have begun, of both replicas, when the one is killed.</summary>
    private const int UnderWay = 6;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task INV_12_a_replica_that_is_killed_while_forty_seats_vote_loses_and_doubles_no_vote()
    {
        using var limit = new CancellationTokenSource(Limit);
        var stl = await Assembly.InstalledAsync(service, civilSociety: 20, publicBodies: 19, guarantor: 1);
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        using var first = await ServiceProcess.StartAsync(service);
        using var second = await ServiceProcess.StartAsync(service);
        // Half of the voters know only the replica that stays; the others begin at the one that goes and change over, as a gateway does for them.
        var tokens = await Task.WhenAll(stl.Members.Select(member => TokenAsync(second.Client, member.Session, limit.Token)));

        // Nobody is answered while the test has the session's row, so the kill meets votes in the middle of their transactions.
        // Not of the service's own connections, whose transactions may idle for half a minute only.
        await using var connection = new NpgsqlConnection(service.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(limit.Token);
        await using var held = await connection.BeginTransactionAsync(limit.Token);
        await using (var row = new NpgsqlCommand("select from secretariat_session where id = $1 for update", connection, held) { Parameters = { new() { Value = session } } })
            await row.ExecuteNonQueryAsync(limit.Token);
        var (broken, again, seated) = (0, 0, 0);
        var voting = Task.WhenAll(stl.Members.Select(async (_, index) =>
        {
            var replica = index % 2 == 0 ? first : second;
            while (true)
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assembly.Sessions(session)}/motions/{motion}/votes") { Content = JsonContent.Create(new { round = 1, choice = Choice(index) }) };
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[index]);
                    using var answer = await replica.Client.SendAsync(request, limit.Token);
                    if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict)
                    {
                        // The answer to the vote was lost with the replica, the vote was not: its repetition says so.
                        if (answer.StatusCode == HttpStatusCode.Conflict)
                            Interlocked.Increment(ref seated);
                        return;
                    }

                    // No connection to the database is free at once for forty.
                    answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync(limit.Token));
                    Interlocked.Increment(ref again);
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref broken);
                    replica = second;
                }
            }
        }));
        while (await service.CountAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < UnderWay)
            await Task.Delay(50, limit.Token);
        first.Kill();
        await held.RollbackAsync(limit.Token);
        await voting;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{broken} requests broke off, {seated} of them had been counted, {again} were asked to come again"));
        broken.ShouldBeGreaterThanOrEqualTo(20);

        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        var closed = await stl.ReadAsync(session);
        using var there = await second.Client.GetAsync(Assembly.Sessions(session), limit.Token);
        (await Assembly.DoneAsync(there)).GetProperty("motions").GetRawText().ShouldBe(closed.GetProperty("motions").GetRawText());
        var ballot = closed.GetProperty("motions")[0].GetProperty("ballots")[0];
        var votes = ballot.GetProperty("votes").EnumerateArray().ToDictionary(vote => vote.GetProperty("seatId").GetGuid(), vote => vote.GetProperty("choice").GetString());
        foreach (var (member, index) in stl.Members.Select((member, index) => (member, index)))
            votes[member.SeatId].ShouldBe(Choice(index));
        ballot.GetProperty("totals").GetProperty("inFavour").GetInt32().ShouldBe(30);
        ballot.GetProperty("totals").GetProperty("against").GetInt32().ShouldBe(10);
        ballot.GetProperty("totals").GetProperty("absent").GetInt32().ShouldBe(0);
        // The log says the same to whoever counts again.
        (await service.CountAsync($"select count(*) from event_log where type like '%.SeatVotedV1' and aggregate_id = '{session}'")).ShouldBe(40);
        (await service.CountAsync($"select count(distinct payload ->> 'seatId') from event_log where type like '%.SeatVotedV1' and aggregate_id = '{session}'")).ShouldBe(40);
        (await service.CountAsync($"select count(*) from audit_log where action = 'vote_cast' and subject_id = '{session}'")).ShouldBe(40);
    }

    private static string Choice(int index) => index < 30 ? "IN_FAVOUR" : "AGAINST";

    private async Task<string> TokenAsync(HttpClient replica, string sessionToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/session-exchange") { Content = JsonContent.Create(new { sessionToken }) };
        InternalCalls.Authorize(request, service.Services.GetRequiredService<InstanceKey>());
        using var answer = await replica.SendAsync(request, cancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.JsonAsync()).GetProperty("token").GetString()!;
    }
}
