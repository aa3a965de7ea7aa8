using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class InstanceTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private readonly ParticipantsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Before_the_set_up_the_instance_says_so_and_refuses_changes()
    {
        var instance = await (await service.Anonymous().GetAsync($"{Api}/instance")).JsonAsync();
        instance.GetProperty("configured").GetBoolean().ShouldBeFalse();
        instance.GetProperty("publicAddress").GetString().ShouldBe("http://127.0.0.1:8080");
        var administrator = await service.AdministratorAsync();
        await (await administrator.PutMatchingAsync($"{Api}/instance", Settings(), "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "instance_not_configured");
        await (await administrator.PutAsync($"{Api}/instance/logo", new ByteArrayContent(Png))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "instance_not_configured");
        await (await service.Anonymous().GetAsync($"{Api}/instance/logo")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task The_settings_answer_304_until_they_change_and_change_only_under_their_version()
    {
        var administrator = await service.ConfiguredAsync();
        var read = await service.Anonymous().GetAsync($"{Api}/instance");
        read.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (await ReadIfNewAsync("\"1\"")).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var settings = Settings();
        settings["name"] = "Un nombre nuevo";
        settings["guarantor"] = new { name = "Autoridad garante", acronym = "AG" };
        settings["publicAddress"] = "http://localhost:8081/";
        await (await administrator.PutMatchingAsync($"{Api}/instance", settings, null)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionRequired, "precondition_required");
        await (await administrator.PutMatchingAsync($"{Api}/instance", settings, "\"0\"")).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        var changed = await administrator.PutMatchingAsync($"{Api}/instance", settings, "\"1\"");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());

        var instance = await ReadIfNewAsync("\"1\"");
        instance.Headers.ETag!.Tag.ShouldBe("\"2\"");
        var body = await instance.JsonAsync();
        body.GetProperty("publicAddress").GetString().ShouldBe("http://localhost:8081");
        body.GetProperty("guarantor").GetProperty("name").GetString().ShouldBe("Autoridad garante");
        (await service.CountAsync("select count(*) from event_log where type like '%.InstanceConfiguredV1' and aggregate_version = 2 and payload->>'guarantorName' = 'Autoridad garante'")).ShouldBe(1);
        (await service.CountAsync("select count(*) from event_log where type like '%.OrganisationChangedV1'")).ShouldBe(1);
        var @operator = (await service.PersonAsync("OPERATOR")).Client;
        await (await @operator.PutMatchingAsync($"{Api}/instance", settings, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_guarantor_renamed_as_an_organisation_is_renamed_in_the_instance()
    {
        var administrator = await service.ConfiguredAsync();
        var guarantor = (await (await service.Anonymous().GetAsync($"{Api}/instance")).JsonAsync()).GetProperty("guarantor").GetProperty("id").GetGuid();
        var address = $"{Api}/organisations/{guarantor}";
        (await administrator.PutMatchingAsync(address, new { name = "Transparencia para el Pueblo", kind = "GUARANTOR" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var instance = await ReadIfNewAsync("\"1\"");
        (await instance.JsonAsync()).GetProperty("guarantor").GetProperty("name").GetString().ShouldBe("Transparencia para el Pueblo");
        await (await administrator.PutMatchingAsync(address, new { name = "Otra cosa", kind = "EXECUTIVE" }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "guarantor_stays_guarantor");
    }

    [Fact]
    public async Task A_logo_is_what_its_signature_says_and_at_most_200_kilobytes()
    {
        var administrator = await service.ConfiguredAsync();
        var script = new ByteArrayContent("<svg onload='alert(1)'/>"u8.ToArray());
        script.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        await (await administrator.PutAsync($"{Api}/instance/logo", script)).ShouldBeRefusedAsync(HttpStatusCode.UnsupportedMediaType, "logo_type_unknown");
        await (await administrator.PutAsync($"{Api}/instance/logo", new ByteArrayContent([.. Png, .. new byte[(200 * 1024) - Png.Length + 1]])))
            .ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "logo_too_large");
        await (await service.Anonymous().PutAsync($"{Api}/instance/logo", new ByteArrayContent(Png))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        (await service.CountAsync("select count(*) from instance_logo")).ShouldBe(0);

        (await administrator.PutAsync($"{Api}/instance/logo", new ByteArrayContent(Png))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var logo = await service.Anonymous().GetAsync($"{Api}/instance/logo");
        logo.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        logo.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await logo.Content.ReadAsByteArrayAsync()).ShouldBe(Png);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Api}/instance/logo");
        again.Headers.IfNoneMatch.Add(logo.Headers.ETag!);
        (await service.Anonymous().SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var instance = await ReadIfNewAsync("\"1\"");
        (await instance.JsonAsync()).GetProperty("hasLogo").GetBoolean().ShouldBeTrue();
        (await administrator.PutAsync($"{Api}/instance/logo", new ByteArrayContent([0xFF, 0xD8, 0xFF, 0xE0]))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await service.Anonymous().GetAsync($"{Api}/instance/logo")).Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
    }

    [Fact]
    public async Task All_32_states_are_listed_with_their_codes()
    {
        var states = (await (await service.Anonymous().GetAsync($"{Api}/states")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        states.Count.ShouldBe(32);
        states[4].GetProperty("iso").GetString().ShouldBe("MX-COA");
        states[14].GetProperty("name").GetString().ShouldBe("México");
    }

    private async Task<HttpResponseMessage> ReadIfNewAsync(string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/instance");
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await service.Anonymous().SendAsync(request);
    }
}
