using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.ImportedPlans;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Plans;

/// <param name="Id">Null in an imported plan, whose commitments have no identity of ours.</param>
public sealed record ImportedCommitment(Guid? Id, int Number, string? Identifier, string Title);

/// <param name="Id">Null when the document was only checked.</param>
/// <param name="Identifier">MX-MEX-PAL01, or the slug of an imported plan.</param>
/// <param name="Version">Of the draft or imported plan, for If-Match.</param>
public sealed record PlanImported(Guid? Id, string Identifier, PlanOrigin Origin, int Version, IReadOnlyList<ImportedCommitment> Commitments);

/// <summary>The body as it came: the format has its own reader, which reports every error and not only the first.</summary>
public sealed record PlanUpload(byte[] Content) : IRawBody, IBindableFromHttpContext<PlanUpload>, IEndpointParameterMetadataProvider
{
    public static async ValueTask<PlanUpload?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException("A plan is sent as application/json.", StatusCodes.Status415UnsupportedMediaType);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (content.Length + read > StrictJson.MaxBytes)
                throw new BadHttpRequestException("The plan is too large.", StatusCodes.Status413PayloadTooLarge);
            content.Write(buffer, 0, read);
        }

        return new PlanUpload(content.ToArray());
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(PlanDocument)));
}

internal static class ImportPlan
{
    /// <summary>Imports a plan: an own one becomes a draft, another one a public page. All or nothing; with validate=true nothing is stored.</summary>
    public static async Task<Results<Created<PlanImported>, Ok<PlanImported>, ProblemHttpResult>> Handle(
        PlanUpload upload, bool? validate, ActionPlansDb database, PlanContextReader contexts, HttpContext http, CancellationToken cancellationToken)
    {
        var parsed = PlanReader.Parse(upload.Content);
        if (parsed.IsRefused)
            return http.Problem(parsed);
        using var plan = parsed.Value;
        var context = await contexts.ReadAsync(plan.Parties, plan.Plan.Number, cancellationToken);
        var accepted = plan.Check(context);
        if (accepted.IsRefused)
            return http.Problem(accepted);

        var document = accepted.Value;
        if (validate == true)
            return TypedResults.Ok(Describe(document, document.Slug ?? PlanDraft.IdentifierOf(context.Iso!, document.Number!.Value)));
        return document.Origin == PlanOrigin.Own
            ? await StoreDraftAsync(document, context.Iso!, database, http, cancellationToken)
            : await StoreImportedAsync(document, database, http, cancellationToken);
    }

    private static async Task<Created<PlanImported>> StoreDraftAsync(
        PlanDocument document, string iso, ActionPlansDb database, HttpContext http, CancellationToken cancellationToken)
    {
        var published = await database.Plans.SingleOrDefaultAsync(plan => plan.Number == document.Number, cancellationToken);
        var ids = published is null
            ? []
            : await database.Commitments.Where(commitment => commitment.PlanId == published.Id).ToDictionaryAsync(one => one.Number, one => one.Id, cancellationToken);
        var draft = await database.Drafts.Include(one => one.Commitments).SingleOrDefaultAsync(one => one.Number == document.Number, cancellationToken);
        if (draft is null)
        {
            draft = PlanDraft.Begin(document, iso, published is null ? null : (published.Id, published.PublishedVersion, published.Identifier));
            database.Add(draft);
        }
        else
        {
            draft.Touch();
        }

        draft.Replace(document, ids, database.Now);
        database.Audit(http.RequireAccount().AccountId, "plan_imported", "plan", draft.Id, after: new { draft.Identifier, draft.BasedOn, Hash = CanonicalJson.Hash(draft.Content) });
        await database.SaveChangesAsync(cancellationToken);

        http.Response.GetTypedHeaders().ETag = ETags.Of(draft.Version);
        return TypedResults.Created(
            $"/api/action-plans/v1/plans/{draft.Id}/draft",
            Describe(document, draft.Identifier) with
            {
                Id = draft.Id,
                Version = draft.Version,
                Commitments = [.. draft.Commitments.OrderBy(one => one.Number)
                    .Select(one => new ImportedCommitment(one.Id, one.Number, one.Identifier, document.Commitments.First(commitment => commitment.Number == one.Number).Title))],
            });
    }

    private static async Task<Created<PlanImported>> StoreImportedAsync(
        PlanDocument document, ActionPlansDb database, HttpContext http, CancellationToken cancellationToken)
    {
        var plan = await database.ImportedPlans.SingleOrDefaultAsync(one => one.Slug == document.Slug, cancellationToken);
        if (plan is null)
        {
            plan = ImportedPlan.Begin(document.Slug!);
            database.Add(plan);
        }
        else
        {
            plan.Touch();
        }

        plan.Replace(document, database.Now);
        database.Audit(http.RequireAccount().AccountId, "plan_imported", "imported_plan", plan.Id, after: new { plan.Slug, Hash = CanonicalJson.Hash(plan.Content) });
        await database.SaveChangesAsync(cancellationToken);

        http.Response.GetTypedHeaders().ETag = ETags.Of(plan.Version);
        return TypedResults.Created($"/api/action-plans/v1/imported-plans/{plan.Slug}", Describe(document, plan.Slug) with { Id = plan.Id, Version = plan.Version });
    }

    private static PlanImported Describe(PlanDocument document, string identifier) => new(
        null, identifier, document.Origin, 0, [.. document.Commitments.OrderBy(one => one.Number).Select(one => new ImportedCommitment(null, one.Number, null, one.Title))]);
}
