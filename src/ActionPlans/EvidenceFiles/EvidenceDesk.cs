using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Activities;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.EvidenceFiles;

internal static class EvidenceDesk
{
    /// <summary>
    /// Turns what a report names into evidence: links as they are, files only where they were uploaded to their end by somebody
    /// who acted for the same institution at that time, and belong to no other report. They are attached by this.
    /// </summary>
    public static async Task<Result<IReadOnlyList<EvidenceStatement>>> TakeAsync(
        IReadOnlyList<EvidenceInput> inputs, Guid organisationId, ActionPlansDb database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = inputs.Select(input => input.FileId).OfType<Guid>().ToArray();
        if (ids.Distinct().Count() < ids.Length)
            return Refusal.Rule("evidence_file_repeated", "evidence");
        var files = await database.EvidenceFiles
            .FromSql($"""
                select f.* from evidence_file f
                where f.id = any({ids}) and f.completed_at is not null and f.attached_at is null
                  and exists (select from mandate m where m.account_id = f.account_id and m.organisation_id = {organisationId}
                              and m.valid_from <= f.started_at and (m.valid_until is null or m.valid_until > f.started_at))
                for update of f
                """)
            .ToDictionaryAsync(file => file.Id, cancellationToken);

        var evidence = new List<EvidenceStatement>();
        var refusals = new List<Refusal>();
        for (var index = 0; index < inputs.Count; index++)
        {
            var input = inputs[index];
            if (input.FileId is not { } id)
            {
                evidence.Add(new EvidenceStatement(EvidenceKind.Link, input.Url, null, input.Description!, null, null, null));
            }
            else if (files.TryGetValue(id, out var file))
            {
                file.Attach(now);
                evidence.Add(new EvidenceStatement(EvidenceKind.File, null, id, input.Description!, file.FileName, file.Sha256, file.Size));
            }
            else
            {
                refusals.Add(Refusal.Rule("evidence_file_unknown", $"/evidence/{index}/fileId"));
            }
        }

        return refusals.Count > 0 ? Result<IReadOnlyList<EvidenceStatement>>.From(refusals) : evidence;
    }

    public static PublishedEvidence Publish(Evidence stored, EvidenceStatement statement) => new(
        stored.Id,
        stored.Kind,
        stored.Url ?? PathOf(stored.FileId!.Value),
        stored.Description,
        statement.FileName,
        statement.Sha256,
        statement.Size);

    /// <summary>The path of a file's public download on this instance.</summary>
    public static string PathOf(Guid fileId) => $"/api/action-plans/v1/evidence-files/{fileId}";
}
