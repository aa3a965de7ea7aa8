using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <param name="AccountId">Only for a request of somebody who did not ask by an account of theirs, and has one: staff checked who they are.</param>
/// <param name="DisplayName">Missing, as every other: stays as it is.</param>
/// <param name="Municipality">Of the person's registrations.</param>
/// <param name="Post">Of registrations for an organisation.</param>
/// <param name="Contact">Of assisted registrations.</param>
/// <param name="Elsewhere">What was put right outside the account and its registrations, at most 1,000 characters.</param>
public sealed record RectifyRequest(Guid? AccountId, string? DisplayName, string? Municipality, string? Post, string? Contact, string? Elsewhere);

/// <summary>
/// Carries out a granted rectification: the data are right and the request is effective, in one transaction. The audit trail says that it was
/// done and to which account; neither the wrong data nor the right ones stand in it.
/// </summary>
public static class RectifyPerson
{
    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> Handle(
        Guid id, RectifyRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        var row = await db.ArcoRequests.SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var fields = new Fields();
        var name = PersonName.ReadOptional(fields, "displayName", request.DisplayName);
        var correction = new Correction(
            fields.OptionalText("municipality", request.Municipality, 100), fields.OptionalText("post", request.Post, 120), fields.OptionalText("contact", request.Contact, 200));
        var elsewhere = fields.OptionalText("elsewhere", request.Elsewhere, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        var before = ArcoAudit.Of(row);
        if (row.Rectify(elsewhere, (await desk.ClockAsync(cancellationToken)).Today) is { IsRefused: true } refused)
            return http.Problem(refused);
        var by = http.RequireAccount().AccountId;
        if ((name, correction) != (null, Correction.None))
        {
            var person = row.PersonId ?? request.AccountId;
            if (await db.Accounts.SingleOrDefaultAsync(one => one.Id == person && one.ErasedAt == null, cancellationToken) is not { } account)
                return http.Problem(Refusal.Rule("account_unknown", "accountId"));
            if (name is not null && account.Rename(name) is { IsRefused: true } erased)
                return http.Problem(erased);
            var registrations = correction == Correction.None
                ? []
                : await db.Registrations.Where(one => one.AccountId == account.Id && one.State != RegistrationState.Unconfirmed).ToListAsync(cancellationToken);
            // All of them: what is wrong is wrong in each. What none of them holds cannot be put right in one.
            foreach (var (field, given, holds) in new (string, string?, Func<Registration, bool>)[]
            {
                ("municipality", correction.Municipality, _ => true), ("post", correction.Post, one => one.Kind == RegistrationKind.Organisation),
                ("contact", correction.Contact, one => one.Channel == RegistrationChannel.Assisted),
            })
            {
                if (given is not null && !registrations.Exists(one => holds(one)))
                    fields.Refuse(Refusal.Rule("registration_without_field", field));
            }

            if (fields.AreRefused)
                return http.Problem(fields.Refusals);
            foreach (var registration in registrations)
                registration.Correct(correction);
            db.Audit(by, "person_rectified", "account", account.Id, after: new { row.Folio });
        }
        else if (elsewhere is null)
        {
            return http.Problem(Refusal.Rule("nothing_to_rectify"));
        }

        db.Audit(by, "arco_rectified", "arco_request", row.Id, before, ArcoAudit.Of(row));
        await desk.TellAsync(row, PersonalMailKinds.ArcoNews, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(await desk.ViewAsync(row, cancellationToken));
    }
}
