using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>Each consent has the effect that it promises, and none once it is revoked (INV-51).</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private const string Names = $"{Api}/public-names";
    private readonly ParticipantsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task INV_51_the_public_list_has_the_names_of_who_consented_pages_and_loses_a_name_at_once()
    {
        await service.ConfiguredAsync();
        var notice = await NoticeAsync();
        List<Person> people = [];
        for (var i = 0; i < 8; i++)
            people.Add(await service.TakingPartAsync());
        await service.ExecuteAsync($"update account set display_name = 'Nombre ' || right(email, 22) where id in ({string.Join(',', people.Select(person => $"'{person.Id}'"))})");
        foreach (var person in people.Take(3))
            (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var first = await service.Anonymous().GetAsync($"{Names}/all?limit=2");
        first.Headers.CacheControl!.NoStore.ShouldBeTrue("a revocation takes effect at once");
        var page = await first.JsonAsync();
        IdsOf(page).ShouldBe(people.Take(2).Select(person => person.Id));
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all?limit=2&cursor={page.GetProperty("next").GetString()}")).JsonAsync()).ShouldBe([people[2].Id]);
        (await FiguresAsync()).ShouldBe((3, 5));
        await (await service.Anonymous().GetAsync($"{Names}/all?cursor=nada")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "cursor_invalid");

        (await people[0].Client.DeleteAsync($"{Api}/my/consents/PUBLISH_NAME")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).ShouldBe([people[1].Id, people[2].Id]);
        // Who withdraws takes part no more, whatever they consented to; few of the others are not counted.
        foreach (var person in people.Skip(1).Take(4))
        {
            var registration = (await (await person.Client.GetAsync($"{Api}/my/registrations")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
            (await person.Client.PostAsJsonAsync($"{Api}/my/registrations/{registration}/withdrawal", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        (await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await FiguresAsync()).ShouldBe((0, null));

        async Task<(int, int?)> FiguresAsync()
        {
            var figures = await (await service.Anonymous().GetAsync($"{Names}/figures")).JsonAsync();
            return (figures.GetProperty("named").GetInt32(), figures.GetProperty("unnamed") is { ValueKind: JsonValueKind.Number } unnamed ? unnamed.GetInt32() : null);
        }
    }

    [Fact]
    public async Task INV_51_a_consent_under_the_wording_without_the_list_puts_nobody_into_it_until_it_is_given_anew()
    {
        await service.ConfiguredAsync();
        var (person, notice) = (await service.TakingPartAsync(), await NoticeAsync());
        await service.ExecuteAsync($"insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at) values (gen_random_uuid(), '{person.Id}', 'PUBLISH_NAME', 1, '{notice}', now() - interval '1 day')");
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).ShouldBeEmpty();
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}?id={person.Id}")).JsonAsync()).ShouldBe([person.Id], "beside contributions it still stands");
        await (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 1, privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "consent_text_changed");
        (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).ShouldBe([person.Id]);
        (await service.CountAsync($"select count(*) from consent where person_id = '{person.Id}' and revoked_at is null")).ShouldBe(1);
    }

    [Fact]
    public async Task INV_51_a_form_gives_a_consent_anew_whose_wording_changed_and_says_of_no_text_that_it_was_agreed_to()
    {
        await service.ConfiguredAsync();
        var (person, secretary, notice) = (await service.PersonAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"), await NoticeAsync());
        await service.ExecuteAsync($"insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at) values (gen_random_uuid(), '{person.Id}', 'PUBLISH_NAME', 1, '{notice}', now() - interval '1 day')");
        var registered = await person.Client.PostAsJsonAsync($"{Api}/my/registrations", new { privacyNoticeId = notice, publishName = true });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).ShouldBe([person.Id]);
        (await VersionsAsync(person.Id)).ShouldBe("1 ended, 2");

        // Who was registered before staff under the earlier wording, and then gets the link of the mail.
        const string Email = "luz.de.antes@correo.example";
        var made = await secretary.Client.PostAsJsonAsync(
            $"{Api}/assisted-registrations", new { displayName = "Luz De Antes", email = Email, identityCheck = "Mostró su credencial", privacyNoticeId = notice, publishName = true, otherCalls = true });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var assisted = (await made.JsonAsync()).GetProperty("accountId").GetGuid();
        await service.ExecuteAsync($"update consent set text_version = 1 where person_id = '{assisted}' and kind = 'PUBLISH_NAME'");
        var link = $"{Api}/registration-confirmations/{await service.LinkTokenAsync(Email, PersonalMailKinds.ConfirmAddress)}";
        (await (await service.Anonymous().GetAsync(link)).JsonAsync()).GetProperty("consents").EnumerateArray().Select(one => one.GetString()).ShouldBe(["OTHER_CALLS"]);
        (await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = notice, publishName = true, otherCalls = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await VersionsAsync(assisted)).ShouldBe("1 ended, 2");
        IdsOf(await (await service.Anonymous().GetAsync($"{Names}/all")).JsonAsync()).ShouldBe([person.Id, assisted]);

        async Task<string> VersionsAsync(Guid id)
        {
            await using var command = service.Database.CreateCommand(
                "select string_agg(text_version || case when revoked_at is null then '' else ' ended' end, ', ' order by text_version) from consent where person_id = $1 and kind = 'PUBLISH_NAME'");
            command.Parameters.Add(new() { Value = id });
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task INV_51_a_new_call_is_told_once_to_each_who_consented_and_to_nobody_who_revoked()
    {
        var administrator = await service.ConfiguredAsync();
        var notice = await NoticeAsync();
        var (asked, revoked, never, erased) = (await service.TakingPartAsync(), await service.TakingPartAsync(), await service.TakingPartAsync(), await service.TakingPartAsync());
        foreach (var person in new[] { asked, revoked, erased })
            (await person.Client.PutAsJsonAsync($"{Api}/my/consents/OTHER_CALLS", new { textVersion = 1, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await service.ExecuteAsync($"update account set erased_at = now() where id = '{erased.Id}'");
        await service.HousekeepAsync();
        (await ToldAsync(asked)).ShouldBeEmpty("no call yet");

        await PublishAsync(administrator, "Mesas del agua");
        (await revoked.Client.DeleteAsync($"{Api}/my/consents/OTHER_CALLS")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await ToldAsync(asked)).ShouldBe([("Mesas del agua", "/participa/convocatorias/1")]);
        (await ToldAsync(revoked)).ShouldBeEmpty();
        (await ToldAsync(never)).ShouldBeEmpty();
        (await ToldAsync(erased)).ShouldBeEmpty();

        // Called off before anybody was told: no mail.
        var cancelled = await PublishAsync(administrator, "Mesas que no serán");
        (await PostAsync(administrator, $"{Api}/call-desk/{cancelled}/amendments", new { reason = "No hay lugar", cancel = true }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await asked.Client.DeleteAsync($"{Api}/my/consents/OTHER_CALLS")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await PublishAsync(administrator, "Mesas para otras personas");
        await service.HousekeepAsync();
        (await ToldAsync(asked)).Count.ShouldBe(1, "none after the revocation");
        (await service.CountAsync("select count(*) from call_announcement where done_at is null")).ShouldBe(0);
    }

    [Fact]
    public async Task INV_51_a_call_is_told_in_pages_to_everybody_once_also_by_two_replicas()
    {
        const int people = 1100;
        var administrator = await service.ConfiguredAsync();
        await service.ExecuteAsync(
            $"""
            insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at, address_confirmed_at)
            select gen_random_uuid(), 'lista' || n || '@correo.example', 'LISTA' || n || '@CORREO.EXAMPLE', 'Persona', 'x', 'x', now(), now() from generate_series(1, {people}) n;
            insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at)
            select gen_random_uuid(), id, 'OTHER_CALLS', 1, (select id from privacy_notice limit 1), now() from account where email like 'lista%';
            """);
        await PublishAsync(administrator, "Mesas para mil personas");
        await using var twin = service.WithWebHostBuilder(_ => { });
        _ = twin.Server;
        var other = (OpenGov.Participants.Housekeeping)twin.Services.GetService(typeof(OpenGov.Participants.Housekeeping))!;
        await Task.WhenAll(service.HousekeepAsync(), other.RunAsync(CancellationToken.None));
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from event_log where type like '%.PersonalMailRequestedV1'")).ShouldBe(people);
        (await service.CountAsync("select count(distinct payload ->> 'subjectId') from event_log where type like '%.PersonalMailRequestedV1'")).ShouldBe(people);
    }

    private async Task<Guid> PublishAsync(HttpClient administrator, string title)
    {
        var today = State.Find("15")!.Today(service.Clock.GetUtcNow());
        var drafted = await administrator.PostAsJsonAsync($"{Api}/call-desk", new
        {
            kind = "CONSULTATION_OR_TABLES",
            title,
            description = "Se llama a las mesas de trabajo de la prueba.",
            requirements = new[] { "Vivir en el estado" },
            opensOn = today,
            closesOn = today.AddDays(19),
            takesPeople = true,
        });
        var id = (await drafted.JsonAsync()).GetProperty("id").GetGuid();
        (await PostAsync(administrator, $"{Api}/call-desk/{id}/publication", new { }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        return id;
    }

    private async Task<IReadOnlyList<(string, string?)>> ToldAsync(Person person) =>
        [.. (await service.MailsToAsync(person.Email)).Where(mail => mail.Kind == PersonalMailKinds.OtherCall).Select(mail => (mail.Values![0], mail.Path))];

    private async Task<Guid> NoticeAsync() => (await (await service.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();

    private static IEnumerable<Guid> IdsOf(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetGuid());

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, object body, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
