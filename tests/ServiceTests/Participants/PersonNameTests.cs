using System.Net;
using System.Net.Http.Json;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceTests.Participants.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>No way of writing a person's name lets it pass for another's by letters of another alphabet, and nothing is stored.</summary>
public sealed class PersonNameTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    /// <summary>The first letter is Cyrillic.</summary>
    private const string Passing = "Аna Representante";

    [Fact]
    public async Task An_administrator_invites_nobody_under_a_name_of_two_alphabets()
    {
        var administrator = await service.ConfiguredAsync();
        await RefusedAsync(await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "dos.alfabetos@garante.example", displayName = Passing }));
        (await service.CountAsync("select count(*) from account where email = 'dos.alfabetos@garante.example'")).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_gives_themselves_a_name_of_two_alphabets_afterwards()
    {
        var person = await service.PersonAsync();
        await RefusedAsync(await person.Client.PutAsJsonAsync($"{Api}/account/name", new { displayName = Passing }));
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and display_name = 'Persona'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_representative_invites_nobody_under_a_name_of_two_alphabets()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var made = await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Colectivo de los alfabetos", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        var organisation = (await made.JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await RefusedAsync(await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email = "segunda.alfabeto@correo.example", displayName = Passing }));
        (await service.CountAsync("select count(*) from account where email = 'segunda.alfabeto@correo.example'")).ShouldBe(0);
        (await service.CountAsync($"select count(*) from representative_invitation where organisation_id = '{organisation}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_rectification_writes_no_name_of_two_alphabets()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var request = (await ArcoTests.AskAsync(service, person.Client, "RECTIFICATION", "Mi nombre está mal escrito")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        await RefusedAsync(await ArcoTests.TryAsync(administrator, request, "rectification", new { displayName = Passing }));
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and display_name = 'Persona'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from arco_request where id = '{request}' and state = 'ANSWERED'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_first_administrator_has_no_name_of_two_alphabets()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await RefusedAsync(await own.Anonymous().PostAsJsonAsync(
            $"{Api}/set-up/administrator", new { setupKey = own.SetUpKey, email = "titular@garante.example", displayName = Passing, password = Password }));
        (await own.CountAsync("select count(*) from account")).ShouldBe(0);
    }

    [Theory]
    [InlineData("Xóchitl Ñáñez", "xochitl nanez")]
    [InlineData("GONÇALO  Müller", "gonçalo muller")]
    [InlineData("Zoë d'Ávila i Vilà", "zoe d'avila")]
    [InlineData("Šárka Dvořáková", "dvorakova")]
    [InlineData("Nguyễn Thị Hạnh", "NGUYỄN thi")]
    [InlineData("Алёна Ёлкина", "ЕЛКИНА")]
    public async Task A_name_is_found_by_staff_without_case_and_accents_as_an_organisation_is(string name, string asked)
    {
        var administrator = await service.ConfiguredAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        await using (var key = service.Database.CreateCommand("select name_key($1)"))
        {
            key.Parameters.Add(new() { Value = name });
            (await key.ExecuteScalarAsync()).ShouldBe(PersonName.KeyOf(name), "what is kept and what is asked for are folded alike");
        }

        var assisted = await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = name, identityCheck = "Conocida", privacyNoticeId = await service.NoticeAsync() });
        assisted.StatusCode.ShouldBe(HttpStatusCode.Created, await assisted.Content.ReadAsStringAsync());
        await FoundAsync("assisted-people/search", (await assisted.JsonAsync()).GetProperty("accountId").GetGuid());

        var person = await service.PersonAsync();
        (await person.Client.PutAsJsonAsync($"{Api}/account/name", new { displayName = name })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var made = await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = $"Representada por {person.Email}", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = (await made.JsonAsync()).GetProperty("id").GetGuid() })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await FoundAsync("accounts/look-up", person.Id);

        async Task FoundAsync(string address, Guid id) =>
            (await (await secretary.PostAsJsonAsync($"{Api}/{address}", new { name = asked })).JsonAsync()).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetGuid()).ShouldContain(id);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer) =>
        (await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "name_mixes_scripts")).ShouldBe([("displayName", "name_mixes_scripts")]);
}
