using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.Participants.Instances;

/// <summary>
/// Languages that a version of the legal profile names are the instance's from the version's first day on. Everybody reads them in the instance's settings, and
/// other services hear of them there: on the day they are written into them.
/// </summary>
internal static class LanguagesInForce
{
    /// <returns>Null where the version in force names none: the settings say which.</returns>
    public static async Task<IReadOnlyList<string>?> NamedAsync(LegalProfileInForce rules, CancellationToken cancellationToken) =>
        (await rules.OnAsync(await rules.TodayAsync(cancellationToken), cancellationToken))?.Parameters.Languages is { } named ? LanguageTags.Read(new Fields(), named) : null;

    /// <param name="by">Who adopted the version today; null where its day came.</param>
    public static async Task ApplyAsync(ParticipantsDb db, LegalProfileInForce rules, Guid? by, CancellationToken cancellationToken)
    {
        if (await NamedAsync(rules, cancellationToken) is not { } named || await db.Instances.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } now || now.Languages.SequenceEqual(named, StringComparer.Ordinal))
            return;
        await using var work = await db.BeginAsync(RuleLock.InstanceSettings, cancellationToken);
        var instance = await db.Instances.SingleAsync(cancellationToken);
        var before = AuditedSettings.Of(instance);
        if (instance.Speak(named))
        {
            db.Record(instance.ConfiguredFact(await db.Organisations.SingleAsync(row => row.Id == instance.GuarantorId, cancellationToken)));
            db.Audit(by, "instance_changed", "instance", instance.Id, before, AuditedSettings.Of(instance));
            await db.SaveChangesAsync(cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
    }
}
