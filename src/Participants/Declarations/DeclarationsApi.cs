using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Files;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Declarations;

/// <param name="Method">ACCOUNT or PAPER; null while it is missing.</param>
/// <param name="PaperId">Of the scanned signature, which only staff see.</param>
/// <param name="InPlaceOf">Name of the organisation that was listed first, where it ended before it signed.</param>
public sealed record SignatoryView(Guid Id, Guid OrganisationId, string OrganisationName, Sector Sector, string Post, SignatureMethod? Method, DateOnly? SignedOn, Guid? PaperId, string? InPlaceOf);

/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Url">Path of its download.</param>
public sealed record SignedDocumentView(Guid FileId, string FileName, string MediaType, long Size, string Sha256, string Url);

/// <param name="DocumentUrl">Path of the declaration laid out for print; of a draft's, for staff only.</param>
/// <param name="SignedDocument">The signed declaration, digitised, once staff have added it.</param>
public sealed record JointDeclarationView(
    Guid Id, int Version, DeclarationState State, string Title, string Text, string? Place, string TextSha256, Guid? DocumentId, string? DocumentUrl, DateTimeOffset? OpenedAt, DateOnly? SignedOn,
    IReadOnlyList<SignatoryView> Signatories, SignedDocumentView? SignedDocument);

/// <param name="TextSha256">Of the text that the person read.</param>
public sealed record SignRequest(string? TextSha256);

/// <param name="FileId">The scanned signature.</param>
public sealed record PaperRequest(DateOnly? SignedOn, Guid? FileId);

/// <param name="FileId">The signed declaration, digitised.</param>
public sealed record SignedDocumentRequest(Guid? FileId);

internal static class DeclarationsApi
{
    /// <summary>Only the last signature is a fact; every change to the declaration or its signatories writes the declaration's row.</summary>
    public static void AddDeclarations(this IServiceCollection services) => services.AddStateTable("joint_declaration");

    public static void MapDeclarations(this ModelBuilder model)
    {
        model.Entity<JointDeclaration>(declaration =>
        {
            declaration.ToTable("joint_declaration").HasMany(row => row.Signatories).WithOne().HasForeignKey(row => row.DeclarationId);
            declaration.Navigation(row => row.Signatories).HasField("signatories").UsePropertyAccessMode(PropertyAccessMode.Field);
            declaration.HasOne<UploadedDocument>().WithMany().HasForeignKey(row => row.DocumentId);
            declaration.HasOne<UploadedDocument>().WithMany().HasForeignKey(row => row.SignedDocumentId);
        });
        model.Entity<Signatory>(signatory =>
        {
            signatory.ToTable("declaration_signatory").Property(row => row.Id).ValueGeneratedNever();
            signatory.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }

    public static void MapDeclarations(this IEndpointRouteBuilder api)
    {
        var declaration = api.MapGroup("/joint-declaration").WithTags("Joint declaration");
        declaration.MapGet("", Read).DependsOnStateOnly().ProducesProblem(404).WithSummary("The joint declaration, from when signing begins.");
        declaration.MapPost("/signatures/{id:guid}", Sign).RequireAuthorization().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Signs for the organisation for which the account acts.");

        var desk = api.MapGroup("/declaration-desk").WithTags("Joint declaration").NeverStored().RequireStaffOrElected(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        desk.MapGet("", Desk).ProducesProblem(404).WithSummary("The declaration, also as a draft.");
        desk.MapPost("", Draft).ProducesProblem(409).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Drafts the declaration; an exercise has one.");
        desk.MapPut("/{id:guid}", Rewrite).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Rewrites the draft; If-Match.");
        desk.MapPost("/{id:guid}/opening", Open).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Fixes the text and begins signing; If-Match.");
        desk.MapPost("/signatories/{id:guid}/paper", Record).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithSummary("Records a signature on paper, with its scan.");
        desk.MapGet("/papers/{id:guid}", Paper).Produces<Stream>(200, "application/octet-stream").ProducesProblem(404).WithSummary("The scan of a signature on paper.");
        desk.MapGet("/document", Document).Produces<Stream>(200, "application/octet-stream").ProducesProblem(404).WithSummary("The declaration laid out for print, also of a draft.");
        desk.MapPost("/{id:guid}/signed-document", AddSignedDocument).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithSummary("Adds the signed document to a complete declaration, publicly and once; If-Match.");
        desk.MapPost("/signatories/{id:guid}/removal", Strike).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithSummary("Strikes somebody who has not signed and will not.");
    }

    private static async Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Read(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var declaration = await Find(db).AsNoTracking().SingleOrDefaultAsync(row => row.OpenedAt != null, cancellationToken);
        return declaration is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(await ViewAsync(db, declaration, forStaff: false, cancellationToken));
    }

    private static async Task<IResult> Paper(Guid id, HttpContext http, ParticipantsDb db, FileStore files, CancellationToken cancellationToken) =>
        await db.Signatories.AnyAsync(one => one.PaperId == id, cancellationToken)
            ? await files.SendAsync(id, http, cancellationToken, isPublic: false)
            : http.Problem(Refusal.NotFound());

    private static async Task<IResult> Document(HttpContext http, ParticipantsDb db, FileStore files, CancellationToken cancellationToken) =>
        await db.JointDeclarations.Select(row => row.DocumentId).SingleOrDefaultAsync(cancellationToken) is { } id
            ? await files.SendAsync(id, http, cancellationToken, isPublic: false)
            : http.Problem(Refusal.NotFound());

    private static Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> AddSignedDocument(
        Guid id, SignedDocumentRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        ActAsync(http, db, row => row.Id == id, isGuarded: true, "declaration_document_added", request, async declaration =>
        {
            var fields = new Fields();
            var file = fields.Value("fileId", request.FileId);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            return declaration.AddSignedDocument(file) is { IsRefused: true } refused ? refused : await TakeDocumentAsync(db, file, null, cancellationToken, "fileId");
        }, cancellationToken);

    private static async Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Desk(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var declaration = await Find(db).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (declaration is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(declaration.Version);
        return TypedResults.Ok(await ViewAsync(db, declaration, forStaff: true, cancellationToken));
    }

    private static async Task<Results<Created<JointDeclarationView>, ProblemHttpResult>> Draft(DeclarationRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Declarations, cancellationToken);
        if (await SucceededAsync(db, (request.Signatories ?? []).Select(one => one.OrganisationId).OfType<Guid>(), null, "signatories", cancellationToken) is { IsRefused: true } gone)
            return http.Problem(gone);
        var drafted = JointDeclaration.Draft(request, await SectorsAsync(db, request, cancellationToken));
        if (drafted.IsRefused)
            return http.Problem(drafted);
        if (await db.JointDeclarations.AnyAsync(cancellationToken))
            return http.Problem(Refusal.Conflict("declaration_exists"));
        var declaration = drafted.Value;
        if (await TakeDocumentAsync(db, request.DocumentId, null, cancellationToken) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Add(declaration);
        db.Audit(http.RequireAccount().AccountId, "declaration_drafted", "joint_declaration", declaration.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(declaration.Version);
        return TypedResults.Created("/api/participants/v1/declaration-desk", await ViewAsync(db, declaration, forStaff: true, cancellationToken));
    }

    private static Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Rewrite(Guid id, DeclarationRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        ActAsync(http, db, row => row.Id == id, isGuarded: true, "declaration_rewritten", request, async declaration =>
        {
            var before = declaration.DocumentId;
            if (await SucceededAsync(db, (request.Signatories ?? []).Select(one => one.OrganisationId).OfType<Guid>(), null, "signatories", cancellationToken) is { IsRefused: true } gone)
                return gone;
            var sectors = await SectorsAsync(db, request, cancellationToken);
            if (declaration.State != DeclarationState.Draft)
                return Refusal.Conflict("declaration_not_in_state");
            // The rows go before their organisations are listed again.
            db.RemoveRange(declaration.Signatories.ToList());
            await db.SaveChangesAsync(cancellationToken);
            if (declaration.Rewrite(request, sectors) is { IsRefused: true } refused)
                return refused;
            db.AddRange(declaration.Signatories);
            declaration.Touch();
            return await TakeDocumentAsync(db, request.DocumentId, before, cancellationToken);
        }, cancellationToken);

    private static Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Open(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        ActAsync(http, db, row => row.Id == id, isGuarded: true, "declaration_opened", null, declaration => Task.FromResult(declaration.Open(db.Now)), cancellationToken);

    private static async Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Sign(
        Guid id, SignRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var (account, now, today) = (http.RequireAccount().AccountId, db.Now, await rules.TodayAsync(cancellationToken));
        return await ActAsync(http, db, row => row.OpenedAt != null && row.Signatories.Any(one => one.Id == id), isGuarded: false, "declaration_signed", null, async declaration =>
        {
            var organisation = declaration.Signatories.Single(one => one.Id == id).OrganisationId;
            var actsForIt = await db.Mandates.AnyAsync(mandate => mandate.OrganisationId == organisation && mandate.AccountId == account && mandate.Term.From <= now
                && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now), cancellationToken);
            if (actsForIt && await SucceededAsync(db, [organisation], null, null, cancellationToken) is { IsRefused: true } gone)
                return gone;
            return actsForIt
                ? declaration.Sign(id, request.TextSha256, account, today, null, today, now)
                : new Refusal("application_without_mandate", StatusCodes.Status403Forbidden);
        }, cancellationToken);
    }

    private static async Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Record(
        Guid id, PaperRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        return await ActAsync(http, db, row => row.Signatories.Any(one => one.Id == id), isGuarded: false, "declaration_paper_recorded", request, async declaration =>
        {
            var fields = new Fields();
            var on = fields.Value("signedOn", request.SignedOn);
            var file = fields.Value("fileId", request.FileId);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            if (await SucceededAsync(db, [declaration.Signatories.Single(one => one.Id == id).OrganisationId], on, "signedOn", cancellationToken) is { IsRefused: true } gone)
                return gone;
            if (await TakeDocumentAsync(db, file, null, cancellationToken, "fileId") is { IsRefused: true } refused)
                return refused;
            return declaration.Sign(id, null, http.RequireAccount().AccountId, on, file, today, db.Now);
        }, cancellationToken);
    }

    private static Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> Strike(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        ActAsync(http, db, row => row.Signatories.Any(one => one.Id == id), isGuarded: false, "declaration_signatory_struck", id, declaration =>
        {
            var struck = declaration.Signatories.Single(one => one.Id == id);
            var done = declaration.Strike(id, db.Now);
            if (!done.IsRefused)
                db.Remove(struck);
            return Task.FromResult(done);
        }, cancellationToken);

    /// <summary>One after another, so that two last signatures complete it once.</summary>
    private static async Task<Results<Ok<JointDeclarationView>, ProblemHttpResult>> ActAsync(
        HttpContext http, ParticipantsDb db, System.Linq.Expressions.Expression<Func<JointDeclaration, bool>> which, bool isGuarded, string action, object? request,
        Func<JointDeclaration, Task<Result>> act, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Declarations, cancellationToken);
        var declaration = await Find(db).SingleOrDefaultAsync(which, cancellationToken);
        if (declaration is null)
            return http.Problem(Refusal.NotFound());
        if (isGuarded && http.RequireMatch(declaration.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var was = declaration.State;
        if (await act(declaration) is { IsRefused: true } refused)
            return http.Problem(refused);
        declaration.Touch();
        if (was != declaration.State && declaration.State == DeclarationState.Complete)
        {
            var ids = declaration.Signatories.Select(one => one.OrganisationId).ToList();
            db.Record(declaration.SignedFact(await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken)));
        }

        db.Audit(http.RequireAccount().AccountId, action, "joint_declaration", declaration.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(declaration.Version);
        return TypedResults.Ok(await ViewAsync(db, declaration, action != "declaration_signed", cancellationToken));
    }

    private static IQueryable<JointDeclaration> Find(ParticipantsDb db) => db.JointDeclarations.Include(row => row.Signatories);

    private static async Task<IReadOnlyDictionary<Guid, Sector>> SectorsAsync(ParticipantsDb db, DeclarationRequest request, CancellationToken cancellationToken)
    {
        var ids = (request.Signatories ?? []).Select(one => one.OrganisationId).OfType<Guid>().Distinct().ToList();
        return await db.Organisations.Where(row => ids.Contains(row.Id) && row.SuccessorId == null).ToDictionaryAsync(row => row.Id, row => row.Sector, cancellationToken);
    }

    /// <summary>Who signs is there: an organisation that another succeeded is named with who stands in its place.</summary>
    private static async Task<Result> SucceededAsync(ParticipantsDb db, IEnumerable<Guid> organisations, DateOnly? signedOn, string? field, CancellationToken cancellationToken)
    {
        var ids = organisations.Distinct().ToList();
        var gone = await (
            from row in db.Organisations
            join next in db.Organisations on row.SuccessorId equals (Guid?)next.Id
            // A paper of the days before is valid.
            where ids.Contains(row.Id) && (signedOn == null || row.SucceededOn <= signedOn)
            orderby row.Id
            select next.Name).FirstOrDefaultAsync(cancellationToken);
        return gone is null ? Result.Done : Refusal.Rule("organisation_succeeded", field, gone);
    }

    /// <summary>A complete file that belongs to nothing else; the one that stood there before is let go.</summary>
    private static async Task<Result> TakeDocumentAsync(ParticipantsDb db, Guid? id, Guid? before, CancellationToken cancellationToken, string field = "documentId")
    {
        if (id == before)
            return Result.Done;
        if (before is { } former)
            (await db.Files.SingleAsync(file => file.Id == former, cancellationToken)).Release();
        if (id is not { } asked)
            return Result.Done;
        var file = await db.Files.FromSql($"select * from stored_file where id = {asked} and completed_at is not null and attached_at is null for update").SingleOrDefaultAsync(cancellationToken);
        if (file is null)
            return Refusal.Rule("file_unknown", field);
        file.Attach(db.Now);
        return Result.Done;
    }

    private static async Task<JointDeclarationView> ViewAsync(ParticipantsDb db, JointDeclaration declaration, bool forStaff, CancellationToken cancellationToken)
    {
        var ids = declaration.Signatories.Select(one => one.OrganisationId).Concat(declaration.Signatories.Select(one => one.InPlaceOf).OfType<Guid>()).ToList();
        var names = await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        return new JointDeclarationView(
            declaration.Id, declaration.Version, declaration.State, declaration.Title, declaration.Text, declaration.Place, declaration.TextSha256, declaration.DocumentId,
            declaration.DocumentId is not { } document ? null : declaration.OpenedAt is null ? "/api/participants/v1/declaration-desk/document" : PathOf(document), declaration.OpenedAt, declaration.SignedOn,
            [.. declaration.Signatories.OrderBy(one => one.Position).Select(one => new SignatoryView(
                one.Id, one.OrganisationId, names[one.OrganisationId], one.Sector, one.Post, one.Method, one.SignedOn, forStaff ? one.PaperId : null,
                one.InPlaceOf is { } former ? names[former] : null))],
            declaration.SignedDocumentId is { } signed
                ? await db.Files.Where(file => file.Id == signed)
                    .Select(file => new SignedDocumentView(file.Id, file.FileName, file.MediaType, file.Size, file.Sha256!, $"/api/participants/v1/files/{file.Id}")).SingleAsync(cancellationToken)
                : null);
    }

    private static string PathOf(Guid file) => $"/api/participants/v1/files/{file}";
}
