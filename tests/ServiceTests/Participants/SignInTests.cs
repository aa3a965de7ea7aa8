using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class SignInTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task A_password_counts_exactly_as_it_was_typed()
    {
        var person = await service.PersonAsync();
        var last = Password[^1];
        // Not with U+0000 at its end: HMAC fills short keys up with zeros, so PBKDF2 takes both for the same (RFC 2104 §2).
        foreach (var other in new[] { Password.ToUpperInvariant(), char.ToUpperInvariant(Password[0]) + Password[1..], $"{Password} ", $" {Password}", $"{Password}\t", Password[..^1], $"{Password}{last}" })
        {
            other.ShouldNotBe(Password);
            await (await SignInAsync(person.Email, other)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");
            // Before the next one would be told to wait.
            (await SignInAsync(person.Email, Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_person_signs_in_whatever_the_case_of_the_address_and_signs_out()
    {
        var person = await service.PersonAsync();
        var answer = await SignInAsync($" {person.Email.ToUpperInvariant()} ", Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var session = (await answer.JsonAsync()).GetProperty("sessionToken").GetString()!;
        session.Length.ShouldBe(43);
        (await service.CountAsync($"select count(*) from session where encode(token_hash, 'escape') like '%{session}%'")).ShouldBe(0);

        var client = await service.SignedInAsync(session);
        (await client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var own = (await (await client.GetAsync($"{Api}/sessions")).JsonAsync()).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("current").GetBoolean());
        (await client.DeleteAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        // The token would live for five minutes more.
        await (await client.GetAsync($"{Api}/sessions/current")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await (await service.ExchangeAsync(session)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.FactsAsync("SessionEndedV1", own.GetProperty("id").GetGuid())).ShouldBe(1);
    }

    [Fact]
    public async Task Signing_in_again_in_the_same_browser_ends_the_former_sign_in_and_no_other()
    {
        var person = await service.PersonAsync();
        var former = (await (await SignInAsync(person.Email, Password)).JsonAsync()).GetProperty("sessionToken").GetString()!;
        var elsewhere = (await (await SignInAsync(person.Email, Password)).JsonAsync()).GetProperty("sessionToken").GetString()!;
        var browser = await service.SignedInAsync(former);
        var again = await browser.PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Password });
        again.StatusCode.ShouldBe(HttpStatusCode.OK, await again.Content.ReadAsStringAsync());

        await (await service.ExchangeAsync(former)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.ExchangeAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.ExchangeAsync((await again.JsonAsync()).GetProperty("sessionToken").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from audit_log where action = 'session_started' and account_id = '{person.Id}' and after->>'way' = 'PASSWORD'")).ShouldBe(3);
    }

    [Fact]
    public async Task Five_failures_lock_an_address_for_fifteen_minutes_even_for_the_right_password()
    {
        var person = await service.PersonAsync();
        for (var attempt = 0; attempt < 5; attempt++)
            await (await SignInAsync(person.Email, "una frase equivocada")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");
        var locked = await SignInAsync(person.Email, Password);
        await locked.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "account_locked");
        locked.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));

        service.Clock.Advance(TimeSpan.FromMinutes(14));
        await (await SignInAsync(person.Email, Password)).ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "account_locked");
        service.Clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(5));
        (await SignInAsync(person.Email, Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // The count starts anew.
        (await SignInAsync(person.Email, "una frase equivocada")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Guesses_sent_at_once_are_no_more_than_five_guesses()
    {
        var person = await service.PersonAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(guess => SignInAsync(person.Email, $"una frase equivocada {guess}")));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(5);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(15);
    }

    [Fact]
    public async Task An_unknown_address_and_an_unfinished_account_answer_as_a_known_one_does()
    {
        var administrator = await service.AdministratorAsync();
        const string Unfinished = "sin.terminar@garante.example";
        (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = Unfinished, displayName = "Sin terminar" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        foreach (var email in (string[])["nadie@garante.example", Unfinished])
        {
            for (var attempt = 0; attempt < 5; attempt++)
                await (await SignInAsync(email, "una frase equivocada")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");
            await (await SignInAsync(email, "una frase equivocada")).ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "account_locked");
        }

        (await service.CountAsync("select count(*) from sign_in_attempt where encode(subject, 'escape') ilike '%nadie%'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("no es un correo", "una frase cualquiera")]
    [InlineData("titular@garante.example", "")]
    public async Task Nonsense_is_a_failed_sign_in(string? email, string? password) =>
        await (await SignInAsync(email, password)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");

    [Fact]
    public async Task A_password_of_a_megabyte_is_refused_without_being_hashed() =>
        await (await SignInAsync("titular@garante.example", new string('x', 900_000))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");

    [Fact]
    public async Task A_session_ends_after_eight_hours_without_use_and_after_seven_days_in_any_case()
    {
        using var own = new Scope();
        await own.Service.InitializeAsync();
        await own.Service.AdministratorAsync();
        var idle = await own.SignInAsync();
        var used = await own.SignInAsync();
        own.Service.Clock.Advance(TimeSpan.FromHours(7.5));
        (await own.Service.ExchangeAsync(used)).StatusCode.ShouldBe(HttpStatusCode.OK);
        own.Service.Clock.Advance(TimeSpan.FromHours(1));
        (await own.Service.ExchangeAsync(idle)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        for (var hours = 8.5; hours + 7 < 168; hours += 7)
        {
            (await own.Service.ExchangeAsync(used)).StatusCode.ShouldBe(HttpStatusCode.OK, $"after {hours} hours");
            own.Service.Clock.Advance(TimeSpan.FromHours(7));
        }

        (await own.Service.ExchangeAsync(used)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // A token never outlives its session.
        var rest = (await own.Service.CountAsync("select extract(epoch from max(expires_at))::bigint from session where last_seen_at > started_at")) - own.Service.Clock.GetUtcNow().ToUnixTimeSeconds();
        own.Service.Clock.Advance(TimeSpan.FromSeconds(rest - 100));
        var last = await (await own.Service.ExchangeAsync(used)).JsonAsync();
        (last.GetProperty("expiresAt").GetDateTimeOffset() - own.Service.Clock.GetUtcNow()).ShouldBeInRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(101));
        own.Service.Clock.Advance(TimeSpan.FromSeconds(101));
        (await own.Service.ExchangeAsync(used)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_person_ends_another_of_their_own_sign_ins_but_never_a_strangers()
    {
        var (person, stranger) = (await service.PersonAsync(), await service.PersonAsync());
        var elsewhere = (await (await SignInAsync(person.Email, Password)).JsonAsync()).GetProperty("sessionToken").GetString()!;
        var items = (await (await person.Client.GetAsync($"{Api}/sessions")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        items.Count.ShouldBe(2);
        var other = items.Single(item => !item.GetProperty("current").GetBoolean()).GetProperty("id").GetGuid();

        await (await stranger.Client.DeleteAsync($"{Api}/sessions/{other}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.Anonymous().DeleteAsync($"{Api}/sessions/{other}")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        (await service.ExchangeAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await person.Client.DeleteAsync($"{Api}/sessions/{other}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await service.ExchangeAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await person.Client.DeleteAsync($"{Api}/sessions/{other}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_exchange_answers_only_with_the_instances_own_secret()
    {
        var person = await service.PersonAsync();
        var bare = await service.Anonymous().PostAsJsonAsync("/internal/session-exchange", new { sessionToken = person.SessionToken });
        await bare.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.ExchangeAsync("x")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Tokens_hold_under_the_published_keys_and_the_old_key_stays_published_after_a_rotation()
    {
        var administrator = await service.AdministratorAsync();
        var token = administrator.DefaultRequestHeaders.Authorization!.Parameter!;
        var before = await KeysAsync();
        before.Keys.Count.ShouldBeGreaterThanOrEqualTo(1);
        Es256Token.Verify(token, before.Keys.Single(key => key.KeyId == Es256Token.KeyIdOf(token)).ToKey()!, service.Clock.GetUtcNow()).ShouldNotBeNull();

        var person = await service.PersonAsync();
        (await person.Client.PostAsync($"{Api}/signing-keys/rotation", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await administrator.PostAsync($"{Api}/signing-keys/rotation", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var after = await KeysAsync();
        after.Keys.Count.ShouldBe(before.Keys.Count + 1);
        (await administrator.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.OK, "a token of the old key");
        var next = (await service.SignedInAsync(person.SessionToken)).DefaultRequestHeaders.Authorization!.Parameter!;
        Es256Token.KeyIdOf(next).ShouldBe(after.Keys[0].KeyId);
        (await service.CountAsync("select count(*) from signing_key where retired_at is null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_signed_by_somebody_else_is_refused()
    {
        using var client = service.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new TestTokens().For(Guid.CreateVersion7(), Guid.CreateVersion7()));
        await (await client.GetAsync($"{Api}/sessions/current")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    private async Task<JsonWebKeySet> KeysAsync() => (await service.Anonymous().GetFromJsonAsync<JsonWebKeySet>($"{Api}/jwks"))!;

    private Task<HttpResponseMessage> SignInAsync(string? email, string? password) => service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email, password });

    /// <summary>An instance of its own, for a test that moves the clock by days.</summary>
    private sealed class Scope : IDisposable
    {
        public ParticipantsHost Service { get; } = new();

        public async Task<string> SignInAsync() =>
            (await (await Service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = "titular@garante.example", password = Password })).JsonAsync()).GetProperty("sessionToken").GetString()!;

        public void Dispose() => Service.Dispose();
    }
}
