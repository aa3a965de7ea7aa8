using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations.Import;

/// <summary>Row of <c>organisation_import</c>: a file between its preview and its application; its content goes with a day.</summary>
public sealed class OrganisationImport
{
    public Guid Id { get; init; }
    public Guid UploadedBy { get; init; }
    public DateTimeOffset UploadedAt { get; init; }
    public required string Sha256 { get; init; }

    /// <summary>Of what the preview said would happen, <see cref="ImportPlan.Digest"/>. Null for one of before that was kept.</summary>
    public string? ShownSha256 { get; init; }

    public byte[]? Content { get; set; }
    public DateTimeOffset? AppliedAt { get; set; }
}

/// <param name="Line">As spreadsheets number rows; the header is 1.</param>
public sealed record ImportErrorView(int Line, string? Column, string Code, string Detail);

/// <param name="Column">As the template names it.</param>
public sealed record ImportChangeView(string Column, string? Before, string? After);

/// <param name="Name">That it has or would have.</param>
/// <param name="CurrentName">Of the organisation that the row was found to be, by its name, RFC or CLUNI; null for a new one.</param>
/// <param name="Changes">What would be otherwise than it is, in the order of the template's columns.</param>
public sealed record ImportRowView(int Line, ImportOutcome Outcome, string Name, Guid? OrganisationId, string? CurrentName, IReadOnlyList<ImportChangeView> Changes);

/// <param name="Rows">The first that would be new or changed.</param>
/// <param name="Errors">The first; <paramref name="ErrorCount"/> says how many there are. With one of them nothing can be applied.</param>
/// <param name="Encoding">UTF-8, or windows-1252 where it was no UTF-8.</param>
public sealed record ImportView(
    Guid Id, int New, int Changed, int Unchanged, int ErrorCount, string Encoding, IReadOnlyList<ImportRowView> Rows, IReadOnlyList<ImportErrorView> Errors, DateTimeOffset? AppliedAt);

/// <summary>The body is the CSV file, at most 10 MB.</summary>
public sealed record ImportUpload(byte[] Content) : IBindableFromHttpContext<ImportUpload>
{
    public const int MaxSize = 10 * 1024 * 1024;

    public static async ValueTask<ImportUpload?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxSize + (64 * 1024);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        // At most one byte more than is allowed, however much is sent.
        while (content.Length <= MaxSize && (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            content.Write(buffer, 0, read);
        return new ImportUpload(content.ToArray());
    }
}

/// <summary>Organisations from a spreadsheet: first what would happen, then all of it or nothing.</summary>
public static class ImportOrganisations
{
    private const int ShownRows = 200;

    /// <summary>Rows of one SaveChanges.</summary>
    private const int Batch = 500;

    /// <summary>Rows of a file whose keys are looked for in one statement.</summary>
    private const int Lookup = 2000;

    private static readonly TimeSpan KeepContent = TimeSpan.FromDays(1);

    public static FileContentHttpResult Template() => TypedResults.File(
        // With the mark by which spreadsheets know UTF-8.
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(
            string.Join(',', ImportPlan.Columns) + "\r\n\"Red Ciudadana, A.C.\",RC,CIVIL_SOCIETY_ORGANIZATION,,,Toluca,Abrir los presupuestos,https://red.example.mx,,,\r\n")],
        "text/csv; charset=utf-8", "organizaciones.csv");

    public static async Task<Results<Created<ImportView>, ProblemHttpResult>> Preview(
        ImportUpload upload, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        if (upload.Content.Length > ImportUpload.MaxSize)
            return http.Problem(new Refusal("request_too_large", StatusCodes.Status413PayloadTooLarge));
        var plan = await PlanAsync(upload.Content, db, profile, cancellationToken);
        var import = new OrganisationImport
        {
            Id = Guid.CreateVersion7(),
            UploadedBy = http.RequireAccount().AccountId,
            UploadedAt = db.Now,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(upload.Content)),
            ShownSha256 = plan.Digest(),
            Content = plan.Errors.Count == 0 ? upload.Content : null,
        };
        db.Add(import);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/organisation-imports/{import.Id}", View(http, import, plan));
    }

    /// <summary>Judges the file again by the organisations and rules as they are now, and applies it whole where that is what the preview showed.</summary>
    public static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Apply(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OrganisationImports, cancellationToken);
        var import = await db.OrganisationImports.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (import is null)
            return http.Problem(Refusal.NotFound());
        if (import.Content is not { } content)
            return http.Problem(Refusal.Conflict("import_not_waiting"));
        var plan = await PlanAsync(content, db, profile, cancellationToken);
        if (plan.Errors.Count > 0)
            return http.Problem([.. plan.Errors.Take(ImportPlan.MostErrors).Select(error => error.Reason with { Field = $"/{error.Line}/{error.Column}" })]);

        if (plan.Digest() != import.ShownSha256)
            return http.Problem(Refusal.Conflict("import_shown_otherwise"));

        var (by, sectors) = (http.RequireAccount().AccountId, await profile.SectorsAsync(cancellationToken));
        (import.Content, import.AppliedAt) = (null, db.Now);
        db.Audit(by, "organisations_imported", "organisation_import", id, after: new { import.Sha256, New = Count(plan, ImportOutcome.New), Changed = Count(plan, ImportOutcome.Changed) });
        await db.SaveChangesAsync(cancellationToken);
        foreach (var rows in plan.Rows.Where(row => row.Outcome != ImportOutcome.Unchanged).Chunk(Batch))
        {
            var ids = rows.Select(row => row.Id).OfType<Guid>().ToList();
            var known = ids.Count == 0 ? [] : await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
            foreach (var row in rows)
            {
                if (row.Id is { } organisation)
                    Change(db, known[organisation], row, sectors, by);
                else
                    db.AddRegistered(Organisation.Register(row.Request, sectors, db.Now).Value, by);
            }

            // What the instance says of itself includes its guarantor's name.
            if (ids.Count > 0 && await db.Instances.SingleOrDefaultAsync(row => ids.Contains(row.GuarantorId), cancellationToken) is { } instance)
                db.Record(instance.ConfiguredFact(known[instance.GuarantorId]));
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(View(http, import, plan));
    }

    internal static Task ForgetAsync(ParticipantsDb db, CancellationToken cancellationToken)
    {
        var old = db.Now - KeepContent;
        return db.OrganisationImports.Where(row => row.UploadedAt < old && row.Content != null)
            .ExecuteUpdateAsync(row => row.SetProperty(import => import.Content, (byte[]?)null), cancellationToken);
    }

    private static async Task<ImportPlan> PlanAsync(byte[] content, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        var file = ImportFile.Read(content, await profile.SectorsAsync(cancellationToken), db.Now);
        var known = new Dictionary<Guid, Organisation>();
        foreach (var keys in file.Keys(Lookup))
        {
            var found = await db.Organisations.AsNoTracking()
                .Where(row => keys.Names.Contains(row.NameKey) || keys.Looks.Contains(row.LookKey) || keys.Rfcs.Contains(row.Rfc!) || keys.Clunis.Contains(row.Cluni!))
                .ToListAsync(cancellationToken);
            foreach (var organisation in found)
                known[organisation.Id] = organisation;
        }

        return file.Judge([.. known.Values]);
    }

    private static void Change(ParticipantsDb db, Organisation organisation, ImportRow row, SectorRules sectors, Guid by)
    {
        var (details, about) = (organisation.Details(), organisation.Profile());
        var changed = organisation.Change(row.Request, sectors);
        if (changed.IsRefused)
            throw new InvalidOperationException($"A row that was judged in order is refused: {changed.Refusals[0].Code}.");
        if (organisation.Details() != details)
            db.Record(organisation.ChangedFact());
        if (organisation.Profile() != about)
            db.Record(organisation.ProfileFact());
        db.KeepFormerName(organisation, details.Name, details.Acronym);
        // RFC and CLUNI are nobody's business but the register's: the audit names them without their values.
        db.Audit(by, "organisation_changed", "organisation", organisation.Id, Audited(change => change.Before), Audited(change => change.After));

        Dictionary<string, string?> Audited(Func<ImportChange, string?> side) =>
            row.Changes.ToDictionary(change => change.Column, change => change.Column is "rfc" or "cluni" && side(change) is not null ? "…" : side(change), StringComparer.Ordinal);
    }

    private static int Count(ImportPlan plan, ImportOutcome outcome) => plan.Rows.Count(row => row.Outcome == outcome);

    private static ImportView View(HttpContext http, OrganisationImport import, ImportPlan plan)
    {
        var texts = http.RequestServices.GetRequiredService<MessageCatalog>();
        return new ImportView(
            import.Id, Count(plan, ImportOutcome.New), Count(plan, ImportOutcome.Changed), Count(plan, ImportOutcome.Unchanged), plan.Errors.Count,
            plan.WasWindows1252 ? "windows-1252" : "UTF-8",
            [.. plan.Rows.Where(row => row.Outcome != ImportOutcome.Unchanged).Take(ShownRows).Select(row => new ImportRowView(
                row.Line, row.Outcome, row.Request.Name!, row.Id, row.Current, [.. row.Changes.Select(change => new ImportChangeView(change.Column, change.Before, change.After))]))],
            [.. plan.Errors.Take(ImportPlan.MostErrors).Select(error => new ImportErrorView(error.Line, error.Column, error.Reason.Code, texts.Text(error.Reason.Code, error.Reason.Args)))],
            import.AppliedAt);
    }
}
