using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <param name="Description">Which data, and what should be done; 5 to 4,000 characters.</param>
/// <param name="PrivacyNoticeId">The notice that the form showed: the one in force.</param>
public sealed record AskRightRequest(ArcoRight? Right, string? Description, Guid? PrivacyNoticeId);

/// <param name="ApplicantContact">Where the answer goes: an address, a telephone, or "collects it".</param>
/// <param name="IdentityCheck">What the person showed; no copy and no number of it is kept.</param>
/// <param name="PrivacyNoticeId">The notice that was read to the person or that they read: the one in force (INV-50).</param>
/// <param name="PersonEmail">Finds whose data it is about: the whole address of their account.</param>
/// <param name="RegistrationId">The same by a registration, for a person without e-mail. With neither, nobody is linked yet.</param>
public sealed record RecordRightRequest(
    ArcoRight? Right, string? Description, string? ApplicantName, string? ApplicantContact, string? IdentityCheck, Guid? PrivacyNoticeId, string? PersonEmail, Guid? RegistrationId);

public static class AskRight
{
    public static async Task<Results<Created<ArcoView>, ProblemHttpResult>> Handle(
        AskRightRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, NoticeInForce notices, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var right = fields.Value("right", request.Right);
        var description = fields.Text("description", request.Description, 5, 4000);
        var notice = fields.From(await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var person = http.RequireAccount().AccountId;
        return await ReceiveAsync(person, null, right, description, notice, "/my/arco-requests", http, db, desk, cancellationToken);
    }

    /// <summary>For somebody at the Transparency Unit, who has no account or asks on paper; staff answer for who they are.</summary>
    public static async Task<Results<Created<ArcoView>, ProblemHttpResult>> Record(
        RecordRightRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, NoticeInForce notices, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var right = fields.Value("right", request.Right);
        var description = fields.Text("description", request.Description, 5, 4000);
        var applicant = new ArcoApplicant(
            fields.Text("applicantName", request.ApplicantName, 2, 200), fields.Text("applicantContact", request.ApplicantContact, 3, 300),
            fields.Text("identityCheck", request.IdentityCheck, 3, 200), http.RequireAccount().AccountId);
        var notice = fields.From(await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken));
        var person = await LinkPerson.FindAsync(db, request.PersonEmail, request.RegistrationId, fields, cancellationToken);
        return fields.AreRefused
            ? http.Problem(fields.Refusals)
            : await ReceiveAsync(person, applicant, right, description, notice, "/arco-requests", http, db, desk, cancellationToken);
    }

    private static async Task<Results<Created<ArcoView>, ProblemHttpResult>> ReceiveAsync(
        Guid? person, ArcoApplicant? applicant, ArcoRight right, string description, Guid notice, string at, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.ArcoFolios, cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        var year = clock.Today.Year;
        var row = ArcoRequest.Receive(year, await desk.NextNumberAsync(year, cancellationToken), person, applicant, right, description, notice, clock, db.Now);
        db.Add(row);
        if (applicant is not null && person is { } found)
            db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.ArcoRequest, row.Id, found);
        db.Audit(http.RequireAccount().AccountId, "arco_received", "arco_request", row.Id, after: ArcoAudit.Of(row));
        await desk.TellAsync(row, PersonalMailKinds.ArcoReceived, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Created($"/api/participants/v1{at}/{row.Id}", await desk.ViewAsync(row, cancellationToken));
    }
}
