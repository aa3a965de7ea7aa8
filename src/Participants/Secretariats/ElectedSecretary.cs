namespace OpenGov.Participants.Secretariats;

/// <summary>
/// Who holds the office of executive secretary of the state's own secretariat: the one that was formed first with none above it (docs/decisions/0015). The exercise's
/// calls, registrations, declaration and awareness are theirs as they are of staff with that post; of a regional secretariat they are not.
/// </summary>
internal static class ElectedSecretary
{
    public static IQueryable<Guid> Accounts(ParticipantsDb db, DateOnly today) => db.Set<OfficeHolding>()
        .Where(row => row.AccountId != null && row.Office == SecretariatOffice.ExecutiveSecretary && row.From <= today && (row.EndedOn == null || row.EndedOn > today)
            && Own(db).Contains(row.SecretariatId))
        .Select(row => row.AccountId!.Value);

    /// <summary>At most one.</summary>
    public static IQueryable<Guid> Own(ParticipantsDb db) => db.Secretariats.Where(own => own.ParentId == null).OrderBy(own => own.Id).Select(own => own.Id).Take(1);
}
