using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Calls;

/// <summary>Publishes calls that ask for documents.</summary>
internal sealed class CallDesk(ParticipantsHost service, HttpClient administrator, Guid notice)
{
    public HttpClient Administrator => administrator;

    public static async Task<CallDesk> OpenAsync(ParticipantsHost service) => new(service, await service.ConfiguredAsync(), await service.NoticeAsync());

    public async Task<PublishedCall> PublishAsync(params (string Text, bool Required)[] asked)
    {
        var today = State.Find("15")!.Today(service.Clock.GetUtcNow());
        var drafted = await administrator.PostAsJsonAsync($"{Api}/call-desk", new
        {
            kind = "REGISTER_PARTICIPANTS",
            title = "Registro de participantes",
            description = "Se llama a organizaciones y personas a registrarse.",
            requirements = new[] { "Vivir o trabajar en el estado" },
            opensOn = today,
            closesOn = today.AddDays(19),
            sectors = new[] { "CIVIL_SOCIETY" },
            takesPeople = true,
            askedDocuments = asked.Select(one => new { text = one.Text, required = one.Required }),
        });
        drafted.StatusCode.ShouldBe(HttpStatusCode.Created, await drafted.Content.ReadAsStringAsync());
        var id = (await drafted.JsonAsync()).GetProperty("id").GetGuid();
        var published = await PostAsync(administrator, $"{Api}/call-desk/{id}/publication", new { }, "\"1\"");
        published.StatusCode.ShouldBe(HttpStatusCode.OK, await published.Content.ReadAsStringAsync());
        var call = await published.JsonAsync();
        return new PublishedCall(id, call.GetProperty("number").GetInt32(), notice, [.. call.GetProperty("askedDocuments").EnumerateArray().Select(one =>
            (one.GetProperty("id").GetGuid(), one.GetProperty("text").GetString()!, one.GetProperty("required").GetBoolean()))]);
    }

    public async Task<(Guid Organisation, Person First, Person Second)> RepresentedAsync(string name)
    {
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        var (first, second) = (await service.PersonAsync(), await service.PersonAsync());
        foreach (var person in new[] { first, second })
            (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        return (organisation, first, second);
    }

    public static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, object body, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}

internal sealed record PublishedCall(Guid Id, int Number, Guid Notice, IReadOnlyList<(Guid Id, string Text, bool Required)> Asked)
{
    public Task<HttpResponseMessage> TryBeginAsync(HttpClient client, Guid? organisation = null) =>
        client.PostAsJsonAsync($"{Api}/open-calls/{Number}/application-drafts", new { organisationId = organisation, privacyNoticeId = Notice });

    public async Task<Guid> BeginAsync(HttpClient client, Guid? organisation = null)
    {
        var begun = await TryBeginAsync(client, organisation);
        begun.StatusCode.ShouldBe(HttpStatusCode.Created, await begun.Content.ReadAsStringAsync());
        return (await begun.JsonAsync()).GetProperty("application").GetProperty("id").GetGuid();
    }

    public Task<HttpResponseMessage> SendAsync(HttpClient client, Guid application) =>
        client.PostAsJsonAsync($"{Api}/call-applications/{application}/submission", new { privacyNoticeId = Notice });
}
