using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="AgendaItemId">The point that it is about; null where it is about the session as a whole.</param>
/// <param name="FileId">Uploaded before.</param>
public sealed record AttachDocumentRequest(Guid? FileId, string? Title, Guid? AgendaItemId);

public sealed record RemoveDocumentRequest(string? Reason);

/// <summary>Documents that the secretariat sends with the agenda, or that come up in the session.</summary>
public static class SessionDocuments
{
    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Attach(
        Guid id, AttachDocumentRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "session_document_added", async hand =>
        {
            var fields = new Fields();
            var fileId = fields.Value("fileId", request.FileId);
            var title = fields.Text("title", request.Title, 2, 200);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            // A complete file that belongs to nothing else.
            var file = await db.Files.FromSql($"select * from stored_file where id = {fileId} and completed_at is not null and attached_at is null for update").SingleOrDefaultAsync(cancellationToken);
            if (file is null)
                return Refusal.Rule("file_unknown", "fileId");
            if (hand.Session.Attach(request.AgendaItemId, title, file, db.Now) is { IsRefused: true } refused)
                return refused;
            file.Attach(db.Now);
            return Result.Done;
        }, request, cancellationToken);

    /// <summary>The file goes with the next round of housekeeping; its name, hash and the reason stay.</summary>
    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Remove(
        Guid id, Guid documentId, RemoveDocumentRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "session_document_removed", async hand =>
        {
            var fields = new Fields();
            var reason = fields.Text("reason", request.Reason, 2, 1000);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            var fileId = hand.Session.Documents.SingleOrDefault(row => row.Id == documentId)?.FileId;
            if (hand.Session.RemoveDocument(documentId, reason, db.Now) is { IsRefused: true } refused)
                return refused;
            (await db.Files.SingleAsync(row => row.Id == fileId, cancellationToken)).Release();
            return Result.Done;
        }, new { documentId, request.Reason }, cancellationToken);
}
