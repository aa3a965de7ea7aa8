using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Files;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.OpenCalls;

/// <param name="AskedId">What it shows; null for something else that was missing.</param>
/// <param name="Text">The requirement.</param>
/// <param name="Completes">It came when what was missing was asked for.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Url">Path of its download.</param>
public sealed record ApplicationDocumentView(
    Guid Id, Guid? AskedId, string? Text, bool Completes, string FileName, string MediaType, long Size, string Sha256, DateTimeOffset AddedAt, string Url);

/// <summary>Documents that applicants attach: private, checked for what they are, gone with the draft, the withdrawal or the person.</summary>
internal static class ApplicationDocuments
{
    /// <summary>For a requirement, in place of the one before: the same request again changes nothing.</summary>
    public static Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> Put(
        Guid id, Guid askedId, string? fileName, HttpContext http, ParticipantsDb db, FileStore files, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ReceiveAsync(id, askedId, fileName, http, db, files, rules, cancellationToken);

    /// <summary>Something that the call does not ask for and whoever reviews found missing.</summary>
    public static Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> Add(
        Guid id, string? fileName, HttpContext http, ParticipantsDb db, FileStore files, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ReceiveAsync(id, askedId: null, fileName, http, db, files, rules, cancellationToken);

    public static async Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> Remove(
        Guid id, Guid documentId, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await FindAsync(db, id, account, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        var removed = row.Application.Detach(row.Call, documentId, today);
        if (removed.IsRefused)
            return http.Problem(removed);
        await DropAsync(db, removed.Value, cancellationToken);
        db.Audit(account, "application_document_removed", "call_application", id, before: new { documentId });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(await ApplicationDrafts.ViewAsync(db, row, today, cancellationToken));
    }

    /// <summary>Who applied, and who acts for the organisation, have it; whoever reviews has it once it was sent, and that they looked is written down before.</summary>
    public static async Task<IResult> Download(Guid id, Guid documentId, HttpContext http, ParticipantsDb db, FileStore files, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var document = await db.ApplicationDocuments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == documentId && row.ApplicationId == id, cancellationToken);
        if (document is null)
            return http.Problem(Refusal.NotFound());
        if (!await Applications.OwnRows(db, account).AnyAsync(row => row.Application.Id == id, cancellationToken))
        {
            var isSent = await db.CallApplications.AnyAsync(row => row.Id == id && (row.State != ApplicationState.Draft || row.RecordedBy != null), cancellationToken);
            if (!isSent || !await ApplicationDrafts.IsSecretaryAsync(db, account, cancellationToken))
                return http.Problem(Refusal.NotFound());
            // Also of an organisation's: its papers name the people who act for it.
            db.LogAccess(account, AccessOccasion.ApplicationDocument, document.UploadedFor);
            await db.SaveChangesAsync(cancellationToken);
        }

        return await files.SendAsync(document.FileId, http, cancellationToken, isPublic: false);
    }

    /// <summary>Documents of each application, in the order in which the call asks for them.</summary>
    public static async Task<ILookup<Guid, ApplicationDocumentView>> OfAsync(ParticipantsDb db, IReadOnlyList<Guid> applications, CancellationToken cancellationToken)
    {
        var rows = await (
            from document in db.ApplicationDocuments.AsNoTracking()
            join asked in db.Set<AskedDocument>() on document.AskedId equals (Guid?)asked.Id into requirements
            from asked in requirements.DefaultIfEmpty()
            where applications.Contains(document.ApplicationId)
            orderby document.Completes, asked == null ? OpenCall.MaxAskedDocuments + 1 : asked.Position, document.Id
            select new { Document = document, Text = asked == null ? null : asked.Text }).ToListAsync(cancellationToken);
        return rows.ToLookup(row => row.Document.ApplicationId, row => new ApplicationDocumentView(
            row.Document.Id, row.Document.AskedId, row.Text, row.Document.Completes, row.Document.FileName, row.Document.MediaType, row.Document.Size, row.Document.Sha256, row.Document.AddedAt,
            $"/api/participants/v1/call-applications/{row.Document.ApplicationId}/documents/{row.Document.Id}"));
    }

    /// <summary>Of a draft that is thrown away and of an application that was withdrawn: nobody has a reason to keep them.</summary>
    public static Task<int> DropAllAsync(ParticipantsDb db, Guid application, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update stored_file set attached_at = null where id in (select file_id from call_application_document where application_id = {application});
        delete from stored_file where id in (select file_id from call_application_document where application_id = {application});
        """, cancellationToken);

    private static async Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> ReceiveAsync(
        Guid id, Guid? askedId, string? fileName, HttpContext http, ParticipantsDb db, FileStore files, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var today = await rules.TodayAsync(cancellationToken);
        // Asked before a byte is stored, and again once all have come: a stranger stores nothing here.
        var before = await (await ApplicationDrafts.ReachableAsync(db, account, cancellationToken)).AsNoTracking().SingleOrDefaultAsync(row => row.Application.Id == id, cancellationToken);
        if (before is null)
            return http.Problem(Refusal.NotFound());
        if (before.Application.Takes(before.Call, askedId, today) is { IsRefused: true } refused)
            return http.Problem(refused);
        if (FileNames.Clean(fileName) is not { } name)
            return http.Problem(Refusal.Invalid("fileName", "file_name_invalid"));
        var received = await DocumentUpload.ReceiveAsync(files, before.Application.UploaderOf(account), name, http.Request, cancellationToken);
        if (received.IsRefused)
            return http.Problem(received);
        var attached = false;
        try
        {
            await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
            var row = await FindAsync(db, id, account, cancellationToken);
            if (row is null)
                return http.Problem(Refusal.NotFound());
            var file = await db.Files.SingleAsync(one => one.Id == received.Value.Id, cancellationToken);
            var taken = row.Application.Attach(row.Call, askedId, file, account, await rules.TodayAsync(cancellationToken), db.Now);
            if (taken.IsRefused)
                return http.Problem(taken);
            var (document, replaced) = taken.Value;
            if (document.FileId == file.Id)
            {
                if (replaced is not null)
                    await DropAsync(db, replaced, cancellationToken);
                file.Attach(db.Now);
                // No name and no hash: both may tell of the person, and the audit trail stays.
                db.Audit(account, "application_document_attached", "call_application", id, after: new { documentId = document.Id, askedId });
                await db.SaveChangesAsync(cancellationToken);
                await work.CommitAsync(cancellationToken);
                attached = true;
            }

            return TypedResults.Ok(await ApplicationDrafts.ViewAsync(db, row, today, cancellationToken));
        }
        finally
        {
            if (!attached)
                await files.RemoveAsync(received.Value.Id, CancellationToken.None);
        }
    }

    private static async Task<Applications.OwnRow?> FindAsync(ParticipantsDb db, Guid id, Guid account, CancellationToken cancellationToken)
    {
        var row = await (await ApplicationDrafts.ReachableAsync(db, account, cancellationToken)).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is not null)
            await db.Entry(row.Application).Collection(one => one.Documents).LoadAsync(cancellationToken);
        return row;
    }

    /// <summary>At once and with its bytes: what was replaced is nobody's any more.</summary>
    private static async Task DropAsync(ParticipantsDb db, ApplicationDocument document, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            update stored_file set attached_at = null where id = {document.FileId};
            delete from stored_file where id = {document.FileId};
            """, cancellationToken);
        db.Entry(document).State = EntityState.Detached;
    }
}
