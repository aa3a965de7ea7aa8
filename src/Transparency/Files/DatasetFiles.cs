using OpenGov.ServiceDefaults.Caching;
using OpenGov.Transparency.Catalogue;
using OpenGov.Transparency.Rows;

namespace OpenGov.Transparency.Files;

/// <summary>The public files below <c>/datos</c>. Open data: any site may read them from a browser.</summary>
internal static class DatasetFiles
{
    private static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    public static void MapDatasetFiles(this IEndpointRouteBuilder app)
    {
        var files = app.MapGroup("/datos").WithTags("Open data").AllowAnonymous().AddEndpointFilter(OpenToAnySite).DependsOnStateOnly();
        files.MapMethods("/{name:dataset}.csv", Reads, ExportCsv.HandleAsync).Produces<string>(contentType: "text/csv").Produces(StatusCodes.Status304NotModified);
        files.MapMethods("/{name:dataset}.json", Reads, ExportJson.HandleAsync).Produces<object>().Produces(StatusCodes.Status304NotModified);
        files.MapMethods("/{name:dataset}.schema.json", Reads, ReadTableSchema.Handle).Produces<TableSchema>();
        files.MapMethods("/catalogo.jsonld", Reads, CatalogueFiles.JsonLdAsync).Produces<object>(contentType: "application/ld+json");
        files.MapMethods("/catalogo.ttl", Reads, CatalogueFiles.TurtleAsync).Produces<string>(contentType: "text/turtle");
        files.MapMethods("/catalogo.json", Reads, CatalogueFiles.AdelaAsync).Produces<AdelaCatalogue>();
    }

    public static void MapDatasets(this IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/api/transparency/v1/datasets").WithTags("Datasets").AllowAnonymous().AddEndpointFilter(OpenToAnySite).DependsOnStateOnly();
        datasets.MapMethods("/", Reads, ReadDatasets.ListAsync).Produces<DatasetList>();
        datasets.MapMethods("/{dataset}", Reads, ReadDatasets.OneAsync).Produces<DatasetDetails>().ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapMethods("/{dataset}/rows", Reads, ReadRows.HandleAsync).Produces<RowPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static ValueTask<object?> OpenToAnySite(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "ETag, Last-Modified, Content-Disposition";
        return next(context);
    }
}
