using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.Accounts;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>A seat's holder with a client that is signed in as them.</summary>
internal sealed record Member(Guid SeatId, Guid HoldingId, Guid OrganisationId, Guid AccountId, string Session, HttpClient Client);

/// <summary>An installed secretariat with its members, set up over HTTP.</summary>
internal sealed class Assembly
{
    private static int number;

    private Assembly(ParticipantsHost service, HttpClient office, Guid id, IReadOnlyList<Member> members, (Guid Account, HttpClient Client) facilitator) =>
        (Service, Office, Id, Members, Facilitator) = (service, office, id, members, facilitator);

    public ParticipantsHost Service { get; }
    public HttpClient Office { get; }
    public Guid Id { get; }
    public IReadOnlyList<Member> Members { get; }
    public (Guid Account, HttpClient Client) Facilitator { get; }

    public static string Sessions(Guid id) => $"{Api}/secretariat-sessions/{id}";

    public static async Task<Assembly> InstalledAsync(ParticipantsHost service, int civilSociety = 1, int publicBodies = 1, int guarantor = 1)
    {
        var office = await service.ConfiguredAsync();
        var mark = Interlocked.Increment(ref number);
        await service.ExecuteAsync("""
            insert into awareness_activity (id, version, topic, held_on, place, state, civil_society, public_bodies, guarantors, citizens, recorded_at)
            select gen_random_uuid(), 1, 'Gobierno abierto', '2026-01-10', 'Auditorio', 'HELD', 10, 10, 10, 10, now() where not exists (select from awareness_activity)
            """);
        var made = await DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats", new { name = $"Secretariado {mark}" }), HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        List<Member> members = [];
        foreach (var (sector, kind, count) in new[] { ("CIVIL_SOCIETY", "CIVIL_SOCIETY_ORGANIZATION", civilSociety), ("PUBLIC_BODY", "EXECUTIVE", publicBodies), ("GUARANTOR", "GUARANTOR", guarantor) })
        {
            for (var seat = 0; seat < count; seat++)
                members.Add(await SeatAsync(service, office, id, sector, kind, $"{sector} {mark} asiento {seat}"));
        }

        var chair = await OrganisationAsync(office, $"Presidencia {mark}", "EXECUTIVE");
        var secretary = await OrganisationAsync(office, $"Secretaría {mark}", "EXECUTIVE");
        await PostAsync(office, id, "offices", new { office = "CHAIR", organisationId = chair });
        await PostAsync(office, id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = secretary });
        var facilitator = await AccountAsync(service);
        await PostAsync(office, id, "offices", new { office = "FACILITATOR", accountId = facilitator.Account });
        await PostAsync(office, id, "declaration", new { signedOn = "2026-01-15", signedBy = new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" }, document = "Declaración conjunta" });
        await PostAsync(office, id, "mechanisms", new { integration = "Integración", functions = "Funciones", operation = "Operación", decisions = "Decisiones", parameters = new { noticeOrdinaryDays = 0, noticeExtraHours = 0 } });
        (await PostAsync(office, id, "installation", new { })).GetProperty("state").GetString().ShouldBe("INSTALLED");
        return new Assembly(service, office, id, members, (facilitator.Account, facilitator.Client));
    }

    /// <summary>Somebody with an account and a session, without the ways by which people get them.</summary>
    public static async Task<(Guid Account, string Session, HttpClient Client)> AccountAsync(ParticipantsHost service)
    {
        var (id, token) = (Guid.CreateVersion7(), Secret.New());
        await using var batch = service.Database.CreateBatch();
        // Two statements: the session's trigger looks at the account.
        batch.BatchCommands.Add(new("""
            insert into account (id, email, normalized_email, display_name, password_hash, security_stamp, concurrency_stamp, created_at, address_confirmed_at)
            values ($1, $1 || '@miembro.example', upper($1 || '@miembro.example'), 'Integrante', 'x', 'x', 'x', $2, $2)
            """) { Parameters = { new() { Value = id }, new() { Value = service.Clock.GetUtcNow() } } });
        batch.BatchCommands.Add(new("insert into session (id, version, account_id, token_hash, started_at, last_seen_at, expires_at) values ($1, 1, $1, $2, $3, $3, $3 + interval '7 days')")
        { Parameters = { new() { Value = id }, new() { Value = Secret.Hash(token) }, new() { Value = service.Clock.GetUtcNow() } } });
        await batch.ExecuteNonQueryAsync();
        return (id, token, await service.SignedInAsync(token));
    }

    public static async Task<Member> SeatAsync(ParticipantsHost service, HttpClient office, Guid secretariat, string sector, string kind, string name)
    {
        var seats = (await PostAsync(office, secretariat, "seats", new { sector })).GetProperty("seats");
        return await HoldAsync(service, office, secretariat, seats[seats.GetArrayLength() - 1].GetProperty("id").GetGuid(), "TITULAR", kind, name);
    }

    public static async Task<Member> HoldAsync(ParticipantsHost service, HttpClient office, Guid secretariat, Guid seat, string role, string kind, string name)
    {
        var organisation = await OrganisationAsync(office, name, kind);
        var (account, session, client) = await AccountAsync(service);
        var view = await PostAsync(office, secretariat, $"seats/{seat}/holders", new { role, organisationId = organisation, accountId = account, access = "APPOINTMENT", document = "Oficio 1/2026", post = "Dirección General" });
        var holder = view.GetProperty("seats").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == seat).GetProperty(role == "TITULAR" ? "titular" : "alternate");
        return new Member(seat, holder.GetProperty("id").GetGuid(), organisation, account, session, client);
    }

    /// <summary>A session in which these members are and that is open.</summary>
    public async Task<Guid> OpenSessionAsync(string kind = "ORDINARY", IEnumerable<Member>? present = null, string matter = "GENERAL")
    {
        var id = await ConveneAsync(kind, matter);
        foreach (var member in present ?? Members)
            await DoneAsync(await member.Client.PostAsJsonAsync($"{Sessions(id)}/my/attendance", new { remote = true }));
        await ActAsync(id, "opening");
        return id;
    }

    public async Task<Guid> ConveneAsync(string kind = "ORDINARY", string matter = "GENERAL", bool remote = true)
    {
        var startsAt = Service.Clock.GetUtcNow().AddSeconds(20);
        var made = await DoneAsync(await Office.PostAsJsonAsync($"{Api}/secretariats/{Id}/sessions", new { kind, startsAt, remote, place = "Sala de sesiones", agenda = new[] { new { title = "Hoja de ruta", matter } } }), HttpStatusCode.Created);
        Service.Clock.Advance(TimeSpan.FromSeconds(21));
        return made.GetProperty("id").GetGuid();
    }

    public async Task<Guid> ProposeAsync(Guid session, object? more = null)
    {
        var item = (await ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        var motions = (await ActAsync(session, "motions", more ?? new { agendaItemId = item, text = "Se aprueba la hoja de ruta." })).GetProperty("motions");
        return motions[motions.GetArrayLength() - 1].GetProperty("id").GetGuid();
    }

    /// <summary>Put, voted for by everybody who is there, closed.</summary>
    public async Task<Guid> CarryAsync(Guid session, object? more = null)
    {
        var motion = await ProposeAsync(session, more);
        await DecideAsync(session, motion, "IN_FAVOUR");
        return motion;
    }

    public async Task DecideAsync(Guid session, Guid motion, string choice, int round = 1)
    {
        await ActAsync(session, $"motions/{motion}/ballots", new { round });
        foreach (var member in Members)
            await DoneAsync(await VoteAsync(member.Client, session, motion, choice, round));
        await ActAsync(session, $"motions/{motion}/ballots/close", new { round });
    }

    public async Task<JsonElement> ReadAsync(Guid session) => await DoneAsync(await Office.GetAsync(Sessions(session)));

    public async Task<JsonElement> ActAsync(Guid session, string act, object? body = null) =>
        await DoneAsync(body is null ? await Office.PostAsync($"{Sessions(session)}/{act}", null) : await Office.PostAsJsonAsync($"{Sessions(session)}/{act}", body));

    public static Task<HttpResponseMessage> VoteAsync(HttpClient client, Guid session, Guid motion, string choice, int round = 1) =>
        client.PostAsJsonAsync($"{Sessions(session)}/motions/{motion}/votes", new { round, choice });

    public static async Task<JsonElement> PostAsync(HttpClient office, Guid secretariat, string at, object body) =>
        await DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats/{secretariat}/{at}", body));

    public static async Task<JsonElement> DoneAsync(HttpResponseMessage answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task<Guid> OrganisationAsync(HttpClient office, string name, string kind) =>
        (await DoneAsync(await office.PostAsJsonAsync($"{Api}/organisations", new { name, kind }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
}
