using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="DisplayName">Name or pseudonym, at most 120 characters.</param>
public sealed record ChangeNameRequest(string? DisplayName);

public static class ChangeName
{
    /// <summary>Whoever wrote their own name wrongly puts it right without asking anybody (SPEC §4.3).</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(ChangeNameRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var accountId = http.RequireAccount().AccountId;
        var fields = new Fields();
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var account = await db.Accounts.SingleAsync(row => row.Id == accountId, cancellationToken);
        if (account.Rename(name!) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(accountId, "name_changed", "account", accountId);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
