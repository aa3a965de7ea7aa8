using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Notices;

/// <summary>INV-50: a registration names the notice that its form showed, and that is the one in force.</summary>
public sealed class NoticeInForce(ParticipantsDb db)
{
    /// <summary>The name that the field has in every request that collects personal data.</summary>
    public const string Field = "privacyNoticeId";

    /// <returns>Null only before the set-up.</returns>
    public async Task<PrivacyNotice?> GetAsync(CancellationToken cancellationToken) =>
        await Newest().AsNoTracking().FirstOrDefaultAsync(cancellationToken);

    /// <summary>
    /// Refuses a request that names no notice, or one that is not in force: the form must be shown again, with the text as it is
    /// now. What is returned is stored with the registration.
    /// </summary>
    public async Task<Result<Guid>> RequireAsync(Guid? shown, CancellationToken cancellationToken)
    {
        if (shown is not { } id)
            return Refusal.Invalid(Field, "notice_required");
        // The texts, which are long, are not read for it.
        return await Newest().Select(notice => (Guid?)notice.Id).FirstOrDefaultAsync(cancellationToken) == id ? id : Refusal.Rule("notice_not_in_force", Field);
    }

    private IQueryable<PrivacyNotice> Newest()
    {
        var now = db.Now;
        return db.PrivacyNotices.Where(notice => notice.InForceFrom <= now).OrderByDescending(notice => notice.InForceFrom);
    }
}
