using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.SettingUp;

/// <param name="SetupKey">From the link that the first start printed.</param>
/// <param name="Password">12 to 128 characters (<see cref="PasswordRules"/>).</param>
public sealed record CreateFirstAdministratorRequest(string? SetupKey, string? Email, string? DisplayName, string? Password);

public static class CreateFirstAdministrator
{
    /// <summary>Two at once, even with two valid keys: one wins, the other is told that there is an administrator (409).</summary>
    public static async Task<Results<Created<StartedSession>, ProblemHttpResult>> Handle(
        CreateFirstAdministratorRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        if (await FirstStart.HasAdministratorAsync(db, cancellationToken))
            return http.Problem(Refusal.Conflict("administrator_exists"));
        var (hash, now) = (Secret.Hash(request.SetupKey), db.Now);
        if (await db.SetUpKeys.AsNoTracking().SingleOrDefaultAsync(row => row.KeyHash == hash, cancellationToken) is not { } key || !key.IsValid(now))
            return http.Problem(new Refusal("setup_key_invalid", StatusCodes.Status403Forbidden, "setupKey"));

        var fields = new Fields();
        var email = fields.From(EmailAddress.Read("email", request.Email));
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        fields.Add(PasswordRules.Check("password", request.Password, email ?? "@"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        var account = new Account(email!, name!, now);
        account.ConfirmAddress(now);
        if (Refusals.Of(await accounts.CreateAsync(account, request.Password!)) is { IsRefused: true } refused)
            return http.Problem(refused);
        // Also operator: somebody must be able to see and repair the system from the first day on. Whoever runs the machine can
        // take the post over later.
        foreach (var role in new[] { StaffRole.Administrator, StaffRole.Operator })
        {
            var post = StaffPost.Assign(account.Id, role, new Term(now, Until: null), now);
            db.Add(post);
            db.Record(post.AssignedFact());
        }

        db.Audit(account.Id, "first_administrator_created", "account", account.Id);
        var started = await db.StartAsync(account, http, SignInWay.SetUp, cancellationToken);
        await db.SetUpKeys.Where(row => row.VoidedAt == null).ExecuteUpdateAsync(row => row.SetProperty(one => one.VoidedAt, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/sessions/current", started.Value);
    }
}
