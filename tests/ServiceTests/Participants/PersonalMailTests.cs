using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants;
using OpenGov.Participants.Mails;

namespace OpenGov.ServiceTests.Participants;

public sealed class PersonalMailTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Type = "OpenGov.Contracts.Participants.V1.PersonalMailRequestedV1";

    [Fact]
    public async Task INV_52_the_payload_of_a_mail_is_erased_from_the_log_when_its_time_is_over_or_its_person_is_erased()
    {
        var (erased, expired) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        var mails = scope.ServiceProvider.GetRequiredService<PersonalMails>();
        mails.Request(erased, "ana@ejemplo.mx", PersonalMailKinds.PasswordReset, TimeSpan.FromHours(2), "/cuenta/restablecer/secreto");
        mails.Request(expired, "eva@ejemplo.mx", PersonalMailKinds.PasswordReset, TimeSpan.FromHours(1), "/cuenta/restablecer/secreto");
        await db.SaveChangesAsync();
        (await Payloads()).ShouldBe(2);
        (await service.CountAsync($"select count(*) from event_log where type = '{Type}' and payload::text ~ 'ejemplo|secreto'")).ShouldBe(0);

        (await PersonalMails.EraseOfAsync(db, erased, CancellationToken.None)).ShouldBe(1);
        service.Clock.Advance(TimeSpan.FromMinutes(61));
        await service.Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None);
        (await Payloads()).ShouldBe(0);
        (await service.CountAsync($"select count(*) from event_log where type = '{Type}'")).ShouldBe(2);
    }

    private Task<long> Payloads() => service.CountAsync($"select count(payload) from event_log where type = '{Type}'");
}
