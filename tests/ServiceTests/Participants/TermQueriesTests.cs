using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Participants;
using OpenGov.Participants.Staffing;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Whoever asks the database when a mandate or a post is in force gets the answer that the term itself gives.</summary>
public sealed class TermQueriesTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_query_finds_in_force_what_the_term_says_is()
    {
        var person = await service.PersonAsync();
        var administrator = await service.ConfiguredAsync();
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Organización con mandatos", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        await service.ExecuteAsync($"""
            insert into mandate (id, version, account_id, organisation_id, valid_from, valid_until, ended_at, granted_at)
            select gen_random_uuid(), 1, '{person.Id}', '{organisation}', moment + began, moment + until, moment + ended, moment
            from (select '{Noon:O}'::timestamptz as moment) as at,
                (values (interval '0'), ('-1 day'), ('1 day')) as begins (began), (values (interval '0'), ('2 days'), ('1 hour'), (null)) as ends (until), (values (interval '0'), ('1 hour'), (null)) as stops (ended)
            where (until is null or until > began) and (until is not null or ended is not null);
            insert into staff_post (id, version, account_id, role, valid_from, valid_until, ended_at, assigned_at)
            select id, 1, account_id, 'OPERATOR', valid_from, valid_until, ended_at, granted_at from mandate where organisation_id = '{organisation}'
            """);
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        var (mandates, posts) = (db.Mandates.Where(row => row.OrganisationId == organisation), db.StaffPosts.Where(row => row.AccountId == person.Id));
        var (allMandates, allPosts) = (await mandates.ToListAsync(), await posts.ToListAsync());
        foreach (var at in new[] { -TimeSpan.FromDays(2), -TimeSpan.FromTicks(10), TimeSpan.Zero, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(3) }.Select(offset => Noon + offset))
        {
            (await mandates.InForce(at).Select(row => row.Id).ToListAsync()).ShouldBe(allMandates.Where(row => row.Term.IsInForce(at)).Select(row => row.Id), ignoreOrder: true, $"{at:O}");
            (await posts.InForce(at).Select(row => row.Id).ToListAsync()).ShouldBe(allPosts.Where(row => row.Term.IsInForce(at)).Select(row => row.Id), ignoreOrder: true, $"{at:O}");
            (await mandates.NotOver(at).Select(row => row.Id).ToListAsync()).ShouldBe(allMandates.Where(row => !row.Term.IsOver(at)).Select(row => row.Id), ignoreOrder: true, $"{at:O}");
        }

        allMandates.Count.ShouldBeGreaterThan(20);
    }
}
