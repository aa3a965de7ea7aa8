using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.OpenCalls;

/// <param name="Url">Path of its download.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes.</param>
public sealed record CallDocumentView(Guid FileId, string Title, string FileName, string MediaType, long Size, string Sha256, string Url, DateTimeOffset AddedAt);

/// <param name="Required">No application is sent without it.</param>
public sealed record AskedDocumentView(Guid Id, string Text, bool Required);

public sealed record CallAmendmentView(int Number, AmendmentKind Kind, string Reason, IReadOnlyList<CallChange> Changes, DateTimeOffset MadeAt);

public sealed record AcceptedOrganisation(Guid OrganisationId, string Name, Sector Sector);

/// <summary>Organisations by name, people as counts only (INV-51); null where a count is too small to be shown.</summary>
public sealed record CallResults(
    DateTimeOffset ResolvedAt,
    string? Note,
    IReadOnlyList<AcceptedOrganisation> AcceptedOrganisations,
    int OrganisationsRefused,
    int OrganisationsWithdrawn,
    int? PeopleAccepted,
    int? PeopleRefused,
    int? PeopleWithdrawn);

/// <summary>A call in a list.</summary>
public sealed record CallLine(
    Guid Id, int? Number, CallKind Kind, string Title, CallState State, DateOnly OpensOn, DateOnly ClosesOn, DateOnly? ResultsOn, IReadOnlyList<Sector> Sectors, bool TakesPeople)
{
    public static CallLine Of(OpenCall call, DateOnly today) => new(
        call.Id, call.Number, call.Kind, call.Title, call.StateOn(today), call.OpensOn, call.ClosesOn, call.ResultsOn, [.. call.Sectors.Select(EnumCodes.Parse<Sector>)], call.TakesPeople);
}

public sealed record CallView(
    Guid Id,
    int Version,
    int? Number,
    CallKind Kind,
    string Title,
    string Description,
    IReadOnlyList<string> Requirements,
    IReadOnlyList<AskedDocumentView> AskedDocuments,
    DateOnly OpensOn,
    DateOnly ClosesOn,
    DateOnly? ResultsOn,
    IReadOnlyList<Sector> Sectors,
    bool TakesPeople,
    CallState State,
    DateTimeOffset? PublishedAt,
    IReadOnlyList<CallDocumentView> Documents,
    IReadOnlyList<CallAmendmentView> Amendments,
    CallResults? Results);

internal sealed class CallReader(ParticipantsDb db, LegalProfileInForce rules)
{
    public async Task<CallView> ViewAsync(OpenCall call, DateOnly today, CancellationToken cancellationToken)
    {
        var documents = await (
            from document in db.CallDocuments.AsNoTracking()
            join file in db.Files on document.FileId equals file.Id
            where document.CallId == call.Id
            orderby document.Position
            select new CallDocumentView(file.Id, document.Title, file.FileName, file.MediaType, file.Size, file.Sha256!, $"/api/participants/v1/files/{file.Id}", document.AddedAt)).ToListAsync(cancellationToken);
        var amendments = await db.CallAmendments.AsNoTracking().Where(amendment => amendment.CallId == call.Id).OrderByDescending(amendment => amendment.Number).ToListAsync(cancellationToken);
        return new CallView(
            call.Id, call.Version, call.Number, call.Kind, call.Title, call.Description, call.Requirements,
            [.. call.AskedDocuments.OrderBy(asked => asked.Position).Select(asked => new AskedDocumentView(asked.Id, asked.Text, asked.Required))], call.OpensOn, call.ClosesOn, call.ResultsOn,
            [.. call.Sectors.Select(EnumCodes.Parse<Sector>)], call.TakesPeople, call.StateOn(today), call.PublishedAt, documents,
            amendments.ConvertAll(one => new CallAmendmentView(one.Number, one.Kind, one.Reason, one.Changes, one.MadeAt)),
            call.ResolvedAt is null ? null : await ResultsAsync(call, today, cancellationToken));
    }

    /// <summary>By the small-cell threshold of the day.</summary>
    public async Task<CallResults> ResultsAsync(OpenCall call, DateOnly today, CancellationToken cancellationToken)
    {
        var accepted = await (
            from application in db.CallApplications
            join organisation in db.Organisations on application.OrganisationId equals organisation.Id
            where application.CallId == call.Id && application.State == ApplicationState.Accepted
            orderby organisation.NameKey
            select new AcceptedOrganisation(organisation.Id, organisation.Name, application.Sector)).ToListAsync(cancellationToken);
        var counts = (await db.CallApplications.Where(application => application.CallId == call.Id)
            .GroupBy(application => new { IsPerson = application.OrganisationId == null, application.State })
            .Select(group => new { group.Key.IsPerson, group.Key.State, Count = group.Count() }).ToListAsync(cancellationToken))
            .ToDictionary(row => (row.IsPerson, row.State), row => row.Count);
        var threshold = (await rules.OnAsync(today, cancellationToken))?.Parameters.SmallCellThreshold ?? new ProfileParameters().SmallCellThreshold;
        var people = SmallCells.Suppress(
            new[] { ApplicationState.Accepted, ApplicationState.Refused, ApplicationState.Withdrawn }.ToDictionary(state => state, state => counts.GetValueOrDefault((true, state))), threshold);
        return new CallResults(
            call.ResolvedAt ?? db.Now, call.ResultsNote, accepted, counts.GetValueOrDefault((false, ApplicationState.Refused)), counts.GetValueOrDefault((false, ApplicationState.Withdrawn)),
            people[ApplicationState.Accepted], people[ApplicationState.Refused], people[ApplicationState.Withdrawn]);
    }
}
