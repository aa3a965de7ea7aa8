using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.TwoFactor;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class SecondFactorTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Factor = $"{Api}/account/second-factor";

    /// <summary>As the phone computes it, some steps from now: a step that was used is used up.</summary>
    private string CodeOf(string secret, int steps = 0) => Totp.Code(FromBase32(secret), Totp.StepOf(service.Clock.GetUtcNow()) + steps);

    private Task<HttpResponseMessage> SignInAsync(string email) => service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email, password = Password });

    private async Task<string> ChallengeAsync(string email)
    {
        var answer = await SignInAsync(email);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var asked = await answer.JsonAsync();
        asked.TryGetProperty("sessionToken", out _).ShouldBeFalse();
        return asked.GetProperty("challenge").GetString()!;
    }

    private Task<HttpResponseMessage> StepAsync(string challenge, string code) => service.Anonymous().PostAsJsonAsync($"{Api}/sessions/second-step", new { challenge, code });

    private async Task<(Person Person, string Secret, List<string> Recovery)> WithFactorAsync()
    {
        var person = await service.PersonAsync();
        service.Clock.BeginCodeStep();
        var begun = await (await person.Client.PostAsJsonAsync(Factor, new { currentPassword = Password })).JsonAsync();
        var secret = begun.GetProperty("secret").GetString()!;
        begun.GetProperty("address").GetString()!.ShouldStartWith("otpauth://totp/");
        (await SignInAsync(person.Email)).StatusCode.ShouldBe(HttpStatusCode.OK, "it does not count before a code confirmed it");
        var confirmed = await person.Client.PostAsJsonAsync($"{Factor}/confirmation", new { code = CodeOf(secret, -1) });
        confirmed.StatusCode.ShouldBe(HttpStatusCode.OK, await confirmed.Content.ReadAsStringAsync());
        return (person, secret, [.. (await confirmed.JsonAsync()).GetProperty("codes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    [Fact]
    public async Task With_a_second_factor_the_password_opens_nothing_and_a_code_opens_once()
    {
        var (person, secret, _) = await WithFactorAsync();
        var challenge = await ChallengeAsync(person.Email);
        await (await StepAsync(challenge, "000000")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "second_factor_code_wrong");
        var code = CodeOf(secret);
        var signedIn = await StepAsync(challenge, code);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK, await signedIn.Content.ReadAsStringAsync());
        (await service.ExchangeAsync((await signedIn.JsonAsync()).GetProperty("sessionToken").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await StepAsync(await ChallengeAsync(person.Email), code)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "second_factor_code_wrong");
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.SignInChanged);
        (await service.CountAsync($"select count(*) from second_factor where encode(secret_sealed, 'escape') like '%{secret}%'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_code_sent_twice_at_once_opens_one_session()
    {
        var (person, secret, _) = await WithFactorAsync();
        var (challenge, code) = (await ChallengeAsync(person.Email), CodeOf(secret));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StepAsync(challenge, code)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task Five_wrong_codes_lock_the_second_step()
    {
        var (person, secret, _) = await WithFactorAsync();
        var challenge = await ChallengeAsync(person.Email);
        for (var guess = 0; guess < 5; guess++)
            (await StepAsync(challenge, "000000")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await StepAsync(challenge, CodeOf(secret))).ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "account_locked");
    }

    [Fact]
    public async Task Each_recovery_code_opens_once_and_new_ones_void_the_old()
    {
        var (person, _, recovery) = await WithFactorAsync();
        recovery.Count.ShouldBe(10);
        recovery.ShouldAllBe(code => code.Length == 29);
        (await StepAsync(await ChallengeAsync(person.Email), recovery[0].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StepAsync(await ChallengeAsync(person.Email), recovery[0])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await (await person.Client.GetAsync($"{Api}/account/sign-in-methods")).JsonAsync()).GetProperty("recoveryCodesLeft").GetInt32().ShouldBe(9);
        var next = (await (await person.Client.PostAsJsonAsync($"{Factor}/recovery-codes", new { currentPassword = Password })).JsonAsync()).GetProperty("codes");
        (await StepAsync(await ChallengeAsync(person.Email), recovery[1])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await StepAsync(await ChallengeAsync(person.Email), next[0].GetString()!)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Turning_it_off_asks_for_the_password_and_a_reset_password_does_not_pass_it_by()
    {
        var (person, _, _) = await WithFactorAsync();
        await (await person.Client.PostAsJsonAsync($"{Factor}/removal", new { currentPassword = "otra cosa distinta" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "current_password_wrong");
        await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email });
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{token}", new { password = Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ChallengeAsync(person.Email);

        var other = (await WithFactorAsync()).Person;
        (await other.Client.PostAsJsonAsync($"{Factor}/removal", new { currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await SignInAsync(other.Email)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_challenge_that_this_instance_did_not_make_is_none(string? challenge) =>
        await (await StepAsync(challenge!, "123456")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "second_step_expired");

    internal static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2))];
    }
}
