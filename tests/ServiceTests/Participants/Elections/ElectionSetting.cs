using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Elections;

/// <summary>What an election needs: vacant seats, organisations with who votes for them, a call with its results.</summary>
internal sealed class ElectionSetting(ParticipantsHost service)
{
    private int number;

    public static async Task<Guid> VacantSeatAsync(Assembly stl)
    {
        var seats = (await Assembly.PostAsync(stl.Office, stl.Id, "seats", new { sector = "CIVIL_SOCIETY" })).GetProperty("seats");
        return seats[seats.GetArrayLength() - 1].GetProperty("id").GetGuid();
    }

    public async Task<Guid> OrganisationAsync(string registered, string kind = "CIVIL_SOCIETY_ORGANIZATION", string sector = "CIVIL_SOCIETY")
    {
        var made = await Assembly.DoneAsync(
            await (await service.AdministratorAsync()).PostAsJsonAsync($"{Api}/organisations", new { name = $"Organización de la elección {++number}", kind, sector }), HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        await service.ExecuteAsync($"update organisation set registered_at = '{registered}' where id = '{id}'");
        return id;
    }

    public async Task<HttpClient> RepresentativeAsync(Guid organisation)
    {
        var (account, _, client) = await Assembly.AccountAsync(service);
        await service.ExecuteAsync($"insert into mandate (id, version, account_id, organisation_id, valid_from, granted_at) values (gen_random_uuid(), 1, '{account}', '{organisation}', '2020-01-01', '2020-01-01')");
        return client;
    }

    /// <summary>A call for seats with its results, without the weeks that it takes.</summary>
    public async Task<int> ResolvedCallAsync(IReadOnlyList<Guid> accepted)
    {
        var call = 100 + ++number;
        await service.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            insert into privacy_notice (id, version, number, in_force_from, texts, published_at) select gen_random_uuid(), 1, 900, '2019-01-01', jsonb_build_object('es', jsonb_build_object()), '2019-01-01' where not exists (select from privacy_notice);
            insert into open_call (id, version, number, kind, title, description, requirements, opens_on, closes_on, sectors, takes_people, drafted_at, published_at, resolved_at)
            values (gen_random_uuid(), 1, {{call}}, 'CIVIL_SOCIETY_SEATS', 'Asientos de sociedad civil', 'Se convoca a las organizaciones.', array['Estar registrada'], '2026-01-01', '2026-01-31', array['CIVIL_SOCIETY'], false,
                '2025-12-01', '2025-12-15', '2026-02-10');
            insert into call_application (id, version, call_id, account_id, organisation_id, sector, privacy_notice_id, state, submitted_at, decided_at)
            select gen_random_uuid(), 1, (select id from open_call where number = {{call}}), (select id from account order by id limit 1), organisation, 'CIVIL_SOCIETY', (select id from privacy_notice order by number limit 1), 'ACCEPTED',
                '2026-01-10', '2026-02-01' from unnest(array[{{string.Join(",", accepted.Select(id => $"'{id}'::uuid"))}}]) as organisation;
            """));
        return call;
    }

    /// <summary>Terms of the past, as an instance of those years would have them.</summary>
    public Task HeldAsync(Guid secretariat, Guid seat, Guid organisation, DateOnly from, DateOnly until) => service.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
        insert into seat_holding (id, secretariat_id, seat_id, role, organisation_id, access, document, valid_from, valid_until)
        values (gen_random_uuid(), '{secretariat}', '{seat}', 'TITULAR', '{organisation}', 'ELECTION', 'Resultado de la elección', '{from:yyyy-MM-dd}', '{until:yyyy-MM-dd}')
        """));

    /// <summary>An election of today and tomorrow.</summary>
    public async Task<string> CalledAsync(Assembly stl, IReadOnlyList<Guid> candidates, params Guid[] seats)
    {
        var today = OpenGov.Participants.States.State.Find("15")!.Today(service.Clock.GetUtcNow());
        var made = await Assembly.DoneAsync(
            await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = await ResolvedCallAsync(candidates), seatIds = seats, opensOn = today, closesOn = today.AddDays(1) }), HttpStatusCode.Created);
        return $"{Api}/elections/{made.GetProperty("id").GetGuid()}";
    }

    /// <summary>An organisation that was on the roll puts its paper into the box.</summary>
    public async Task CastAsync(string election, Guid organisation, params Guid[] choices) =>
        (await (await RepresentativeAsync(organisation)).PostAsJsonAsync($"{election}/papers", new { organisationId = organisation, candidates = choices })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
}
