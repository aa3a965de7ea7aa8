using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceTests.Messaging;
using OpenGov.ServiceTests.Participants;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Caching;

/// <summary>Whatever changes an answer changes the version that caches hold on to (docs/decisions).</summary>
public sealed class StateVersionTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private readonly MessagingHost copies = new();
    private readonly ParticipantsHost owner = new();

    public async Task InitializeAsync()
    {
        await copies.InitializeAsync();
        await owner.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await copies.DisposeAsync();
        await owner.DisposeAsync();
    }

    [Fact]
    public async Task It_is_for_the_instance_s_own_processes()
    {
        using var stranger = copies.Client();
        using var refused = await stranger.GetAsync(PublicReads.VersionPath);
        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var inside = copies.Operator();
        (await inside.GetStringAsync(PublicReads.VersionPath)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task It_changes_with_each_fact_when_it_is_committed_and_not_when_it_gets_its_number()
    {
        var version = copies.Services.GetRequiredService<IStateVersion>();
        var before = await version.ReadAsync(CancellationToken.None);
        (await version.ReadAsync(CancellationToken.None)).ShouldBe(before);

        // Written by hand: the relay of the running service numbers it at some time.
        await copies.ExecuteAsync(
            $"insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, payload) values ('{Guid.CreateVersion7()}', 'x', '{Guid.NewGuid()}', 1, now(), '{{}}')");
        var after = await version.ReadAsync(CancellationToken.None);
        after.ShouldNotBe(before);
        await Eventually.ShouldBeAsync(async () => (await copies.QueryAsync<long>("select count(*) from event_log where sequence is null"))[0], 0);
        (await version.ReadAsync(CancellationToken.None)).ShouldBe(after);
    }

    [Fact]
    public async Task It_changes_with_each_fact_of_others_and_with_a_rebuild()
    {
        var version = copies.Services.GetRequiredService<IStateVersion>();
        List<string> seen = [await version.ReadAsync(CancellationToken.None)];
        await copies.DeliverAsync(Owners.Participants, MessagingHost.Fact(Guid.NewGuid(), 1));
        seen.Add(await version.ReadAsync(CancellationToken.None));
        await copies.DeliverAsync(Owners.Participants, MessagingHost.Fact(Guid.NewGuid(), 1));
        seen.Add(await version.ReadAsync(CancellationToken.None));
        await copies.Services.GetRequiredService<Rebuild>().RunAsync(Owners.Participants, CancellationToken.None);
        seen.Add(await version.ReadAsync(CancellationToken.None));
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
    }

    [Fact]
    public async Task It_changes_with_what_is_shown_without_a_fact()
    {
        var administrator = await owner.ConfiguredAsync();
        var version = owner.Services.GetRequiredService<IStateVersion>();
        var before = await version.ReadAsync(CancellationToken.None);
        using var logo = new ByteArrayContent(Png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var answer = await administrator.PutAsync($"{Api}/instance/logo", logo);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await version.ReadAsync(CancellationToken.None)).ShouldNotBe(before);
    }

    [Fact]
    public async Task Answers_to_anonymous_readers_say_whose_state_they_show_and_those_to_others_do_not()
    {
        var administrator = await owner.ConfiguredAsync();
        using var anonymous = await owner.Anonymous().GetAsync($"{Api}/instance");
        anonymous.Headers.GetValues(PublicReads.Header).ShouldBe([Owners.Participants]);
        using var signedIn = await administrator.GetAsync($"{Api}/instance");
        signedIn.Headers.Contains(PublicReads.Header).ShouldBeFalse();
        foreach (var personal in new[] { "/set-up", "/sessions/current", "/accounts", "/jwks" })
        {
            using var own = await owner.Anonymous().GetAsync(Api + personal);
            own.Headers.Contains(PublicReads.Header).ShouldBeFalse(personal);
        }
    }
}
