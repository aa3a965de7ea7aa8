using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

/// <summary>Takes uploaded files for a call: complete ones that belong to nothing else.</summary>
internal static class CallDocuments
{
    private const int Most = 20;

    /// <summary>The documents of a draft are those that the request names, in its order.</summary>
    public static async Task<Result> ReplaceAsync(ParticipantsDb db, OpenCall call, IReadOnlyList<DocumentRequest> requests, CancellationToken cancellationToken)
    {
        var held = await db.CallDocuments.Where(document => document.CallId == call.Id).ToListAsync(cancellationToken);
        var named = requests.Select(request => request.FileId).OfType<Guid>().ToHashSet();
        var dropped = held.Where(document => !named.Contains(document.FileId)).Select(document => document.FileId).ToList();
        foreach (var file in await db.Files.Where(file => dropped.Contains(file.Id)).ToListAsync(cancellationToken))
            file.Release();
        db.RemoveRange(held);
        // Removed before the same files are added again under other titles.
        await db.SaveChangesAsync(cancellationToken);
        return await AddAsync(db, call, requests, [.. held.Select(document => document.FileId)], 0, cancellationToken);
    }

    public static async Task<Result> AddAsync(
        ParticipantsDb db, OpenCall call, IReadOnlyList<DocumentRequest> requests, IReadOnlyList<Guid> own, int position, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        if (position + requests.Count > Most)
            fields.Refuse(Refusal.Invalid("documents", "items_too_many", Most));
        var ids = requests.Select(request => request.FileId).OfType<Guid>().Distinct().ToArray();
        var files = await db.Files.FromSql($"select * from stored_file where id = any({ids}) and completed_at is not null for update").ToDictionaryAsync(file => file.Id, cancellationToken);
        var taken = new HashSet<Guid>();
        foreach (var request in requests)
        {
            var title = fields.Text("documents", request.Title, 1, 200);
            if (request.FileId is not { } id || !files.TryGetValue(id, out var file) || (file.AttachedAt is not null && !own.Contains(id)) || !taken.Add(id))
            {
                fields.Refuse(Refusal.Rule("file_unknown", "documents"));
                continue;
            }

            file.Attach(db.Now);
            db.Add(new CallDocument { CallId = call.Id, FileId = id, Title = title, Position = position++, AddedAt = db.Now });
        }

        return Result.From(fields.Refusals);
    }
}
