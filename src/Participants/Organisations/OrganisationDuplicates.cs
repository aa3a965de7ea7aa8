using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <summary>
/// One organisation is registered once. The same name, RFC or CLUNI is refused (the database holds it too); a name that only
/// looks like another is refused until somebody who can tell says that it is another.
/// </summary>
public static class OrganisationDuplicates
{
    /// <param name="toStaff">
    /// False: whoever asks may be anybody. RFC and CLUNI are never public, so it is not said whose they are, or the form would tell it to everybody
    /// who has one.
    /// </param>
    public static async Task<Result> CheckAsync(ParticipantsDb db, Organisation organisation, bool isNoOther, CancellationToken cancellationToken, bool toStaff = true)
    {
        var alike = await db.Organisations.AsNoTracking()
            .Where(row => row.Id != organisation.Id
                && (row.NameKey == organisation.NameKey || row.LookKey == organisation.LookKey
                    || (organisation.Rfc != null && row.Rfc == organisation.Rfc) || (organisation.Cluni != null && row.Cluni == organisation.Cluni)))
            .OrderBy(row => row.Id).Select(row => new { row.Name, row.NameKey, row.Rfc, row.Cluni }).Take(20).ToListAsync(cancellationToken);
        var refusals = new List<Refusal>();
        if (alike.Exists(row => row.NameKey == organisation.NameKey))
            refusals.Add(new Refusal("organisation_name_taken", StatusCodes.Status409Conflict, "name"));
        if (alike.Find(row => row.Rfc is not null && row.Rfc == organisation.Rfc) is { } sameRfc)
            refusals.Add(toStaff ? new Refusal("rfc_taken", StatusCodes.Status409Conflict, "rfc", sameRfc.Name) : new Refusal("rfc_registered", StatusCodes.Status409Conflict, "rfc"));
        if (alike.Find(row => row.Cluni is not null && row.Cluni == organisation.Cluni) is { } sameCluni)
            refusals.Add(toStaff ? new Refusal("cluni_taken", StatusCodes.Status409Conflict, "cluni", sameCluni.Name) : new Refusal("cluni_registered", StatusCodes.Status409Conflict, "cluni"));
        if (refusals.Count == 0 && !isNoOther && alike.Count > 0)
            refusals.Add(new Refusal("organisation_looks_like", StatusCodes.Status409Conflict, "name", alike[0].Name));
        return Result.From(refusals);
    }
}
