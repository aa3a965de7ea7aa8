using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants;
using OpenGov.Participants.Registrations;
using static OpenGov.ServiceTests.Participants.Privacy.RetentionTests;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>The day's pass over all accounts goes on in rounds, while people come back. Each with a clock of its own.</summary>
public sealed class RetentionPassTests
{
    [Fact]
    public async Task Who_comes_back_while_a_days_pass_is_under_way_stays_and_the_pass_tells_staff_once_of_all_who_cannot_sign_in()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        await service.ConfiguredAsync();
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var (returns, leaves) = (await service.PersonAsync(), await service.PersonAsync());
        // More than one round takes, all of them before the two: people who cannot sign in.
        const int Rows = 60;
        await service.ExecuteAsync(
            $"""
            insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at)
            select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'fila' || n || '@correo.example', 'FILA' || n || '@CORREO.EXAMPLE', 'Fila ' || n, '-', '-', now()
            from generate_series(1, {Rows}) n
            """);
        await service.ExecuteAsync(Registrations([.. Enumerable.Range(1, Rows).Select(number => Guid.Parse($"00000000-0000-7000-8000-{number:D12}")), returns.Id, leaves.Id]));
        await service.DeliverAsync(Owners.ActionPlans, Plan(DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(5)));
        service.Clock.Advance(TimeSpan.FromDays(800));

        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from retention_pass where after is not null")).ShouldBe(1, "the pass goes on");
        (await ToStaffAsync()).ShouldBeEmpty();
        // Another start of the service goes on where it was, with what was counted.
        await using (var restarted = service.WithWebHostBuilder(_ => { }))
            await restarted.Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None);
        (await service.CountAsync("select count(*) from retention_pass where after is null")).ShouldBe(1, "all were looked at");
        (await ToStaffAsync()).ShouldHaveSingleItem().Values![0].ShouldBe($"{Rows}");
        (await service.CountAsync("select count(*) from registration where expiry_told_at is not null")).ShouldBe(Rows + 2);
        await service.HousekeepAsync();
        (await ToStaffAsync()).Count.ShouldBe(1);

        service.Clock.Advance(TimeSpan.FromDays(31));
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from erasure")).ShouldBe(50, "the pass began, and did not come to the two");
        await service.SignInAsync(returns.Email);
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from erasure")).ShouldBe(Rows + 1);
        (await service.CountAsync($"select count(*) from account where id = '{returns.Id}' and erased_at is null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from account where id = '{leaves.Id}' and erased_at is null")).ShouldBe(0);

        async Task<IReadOnlyList<PersonalMailContent>> ToStaffAsync() => [.. (await service.MailsToAsync(secretary.Email)).Where(one => one.Kind == PersonalMailKinds.RegistrationsEnding)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_signs_in_at_the_moment_at_which_their_time_ends_stays(bool registered)
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        if (registered)
            await service.ExecuteAsync(Registrations(person.Id));
        await service.DeliverAsync(Owners.ActionPlans, Plan(DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(5)));
        service.Clock.Advance(TimeSpan.FromDays(800));
        await service.HousekeepAsync();
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == (registered ? PersonalMailKinds.RegistrationEnding : PersonalMailKinds.AccountEnding));
        service.Clock.Advance(TimeSpan.FromDays(31));

        // The sign-in's own statement, in a transaction that has not committed.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var signIn = await connection.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand(
            "insert into session (id, version, token_hash, account_id, started_at, last_seen_at, expires_at, browser, system) values (gen_random_uuid(), 1, sha256('a'), $1, $2, $2, $2 + interval '7 days', 'OTHER', 'OTHER')",
            connection, signIn))
        {
            command.Parameters.Add(new() { Value = person.Id });
            command.Parameters.Add(new() { Value = service.Clock.GetUtcNow() });
            await command.ExecuteNonQueryAsync();
        }

        var round = service.HousekeepAsync();
        await service.WaitsForALockAsync();
        round.IsCompleted.ShouldBeFalse();
        await signIn.CommitAsync();
        await round.WaitAsync(TimeSpan.FromSeconds(30));
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and erased_at is null")).ShouldBe(1);
        (await service.CountAsync("select count(*) from session where ended_at is null and token_hash = sha256('a')")).ShouldBe(1);
    }

    [Fact]
    public async Task Each_account_is_looked_at_once_a_day_and_no_round_looks_at_more_than_a_page()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        await service.ConfiguredAsync();
        // Two of them registered; one stands on the first page, one on the last.
        const int Accounts = 2 * RegistrationsOfClosedPlans.Page + 500;
        await service.ExecuteAsync(
            $"""
            insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at)
            select ('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'fila' || n || '@correo.example', 'FILA' || n || '@CORREO.EXAMPLE', 'Fila ' || n, '-', '-', now()
            from generate_series(1, {Accounts}) n
            """);
        var (early, late) = (PersonOf(10), PersonOf(Accounts));
        await service.ExecuteAsync(Registrations(early, late));
        await service.DeliverAsync(Owners.ActionPlans, Plan(DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(5)));
        service.Clock.Advance(TimeSpan.FromDays(800));

        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBe(1);
        (await service.CountAsync($"select count(*) from account where id <= (select after from retention_pass)")).ShouldBe(RegistrationsOfClosedPlans.Page);
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBe(1);
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBe(2);
        (await service.CountAsync("select count(*) from retention_pass where after is null")).ShouldBe(1, "all were looked at");

        // Who falls due after the day's pass is found the next day.
        await service.ExecuteAsync(Registrations(PersonOf(20)));
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBe(2);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBe(3);

        Task<long> ToldAsync() => service.CountAsync("select count(*) from registration where expiry_told_at is not null");

        static Guid PersonOf(int number) => Guid.Parse($"ffffffff-0000-7000-8000-{number:D12}");
    }
}
