using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class TokenKeysTests : IDisposable
{
    private readonly ECDsa first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SettableClock clock = new();
    private readonly Participants participants = new();
    private readonly TokenKeys keys;

    public TokenKeysTests()
    {
        participants.Keys = [JsonWebKey.From(first, "first")];
        keys = new TokenKeys(participants, clock, NullLogger<TokenKeys>.Instance);
    }

    public void Dispose()
    {
        keys.Dispose();
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task A_known_key_is_not_asked_for_again()
    {
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        participants.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Invented_key_ids_do_not_make_a_service_hammer_participants()
    {
        for (var id = 0; id < 100; id++)
            (await keys.FindAsync($"invented-{id}", default)).ShouldBeNull();
        participants.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_is_found_and_a_withdrawn_one_forgotten()
    {
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        participants.Keys = [JsonWebKey.From(second, "second")];
        clock.Advance(TimeSpan.FromSeconds(6));
        (await keys.FindAsync("second", default)).ShouldNotBeNull();
        (await keys.FindAsync("first", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Keys_that_follow_each_other_quickly_are_each_found_at_once()
    {
        foreach (var id in new[] { "first", "second", "third" })
        {
            participants.Keys = [JsonWebKey.From(second, id)];
            (await keys.FindAsync(id, default)).ShouldNotBeNull(id);
        }
    }

    [Fact]
    public async Task Who_asks_first_and_leaves_does_not_keep_the_keys_from_others()
    {
        using var leaves = new CancellationTokenSource();
        participants.Asking = leaves.Cancel;
        (await keys.FindAsync("first", leaves.Token)).ShouldNotBeNull();
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        keys.AreUnavailable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_no_new_key_from_being_found()
    {
        (await keys.FindAsync("invented", default)).ShouldBeNull();
        participants.Keys = [JsonWebKey.From(second, "second")];
        clock.SetBack(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromSeconds(6));
        (await keys.FindAsync("second", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten_in_time_even_when_no_other_is_named()
    {
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        participants.Keys = [JsonWebKey.From(second, "second")];
        clock.Advance(TimeSpan.FromMinutes(11));
        (await keys.FindAsync("first", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Known_keys_are_kept_while_participants_is_away()
    {
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        participants.IsAway = true;
        clock.Advance(TimeSpan.FromMinutes(11));
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        keys.AreUnavailable.ShouldBeTrue();
        participants.IsAway = false;
        clock.Advance(TimeSpan.FromSeconds(6));
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        keys.AreUnavailable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_broken_key_among_good_ones_is_left_out()
    {
        var good = JsonWebKey.From(first, "first");
        participants.Keys =
        [
            good with { KeyId = "not-on-the-curve", Y = good.X }, good with { KeyId = "short", X = "AQ" }, good with { KeyId = "rsa", KeyType = "RSA" },
            good with { KeyId = "encryption", Use = "enc" }, good with { KeyId = "p384", Curve = "P-384" }, good with { KeyId = "not-base64", X = "!!" }, good, good,
        ];
        (await keys.FindAsync("first", default)).ShouldNotBeNull();
        foreach (var id in new[] { "not-on-the-curve", "short", "rsa", "encryption", "p384", "not-base64" })
            (await keys.FindAsync(id, default)).ShouldBeNull(id);
    }

    /// <summary>Participants' place behind a real HTTP client: what it publishes, and whether it answers.</summary>
    private sealed class Participants : HttpMessageHandler, IHttpClientFactory
    {
        public IReadOnlyList<JsonWebKey> Keys { get; set; } = [];
        public bool IsAway { get; set; }
        public int Asked { get; private set; }
        public Action Asking { get; set; } = () => { };

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false) { BaseAddress = new Uri("http://participants") };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            Asking();
            cancellationToken.ThrowIfCancellationRequested();
            request.RequestUri!.AbsolutePath.ShouldBe("/api/participants/v1/jwks");
            return IsAway
                ? throw new HttpRequestException("away")
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(new JsonWebKeySet(Keys)) });
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        private TimeSpan elapsed = TimeSpan.FromDays(1);

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => elapsed.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => (now, elapsed) = (now + by, elapsed + by);

        public void SetBack(TimeSpan by) => now -= by;
    }
}
