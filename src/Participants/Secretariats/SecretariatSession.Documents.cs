using OpenGov.Participants.Files;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>What members have before them.</summary>
public sealed partial class SecretariatSession
{
    /// <summary>Those that were removed count.</summary>
    public const int MaxDocuments = 100;

    /// <summary>Before the session, or in it.</summary>
    /// <param name="file">Complete, and of nothing else.</param>
    public Result Attach(Guid? itemId, string title, UploadedDocument file, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (documents.Count >= MaxDocuments)
            return Refusal.Invalid("fileId", "items_too_many", MaxDocuments);
        if (itemId is { } item && agenda.All(row => row.Id != item))
            return Refusal.Rule("agenda_item_unknown", "agendaItemId");
        Touch();
        documents.Add(SessionDocument.Attach(Id, itemId, title, file, now));
        return Result.Done;
    }

    /// <summary>Only before it begins: what members had before them when they decided stays.</summary>
    public Result RemoveDocument(Guid documentId, string reason, DateTimeOffset now)
    {
        if (documents.SingleOrDefault(row => row.Id == documentId) is not { RemovedAt: null } document)
            return Refusal.NotFound();
        if (State != SecretariatSessionState.Convened)
            return Refusal.Conflict("session_documents_stay");
        Touch();
        document.Remove(reason, now);
        return Result.Done;
    }
}
