using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Gateway.Protection;

/// <summary>How large a body may be, by address. A body that says so beforehand is refused before it is read.</summary>
internal sealed class RequestSizes(RequestDelegate next)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>JSON and forms of up to 1 MB, with room for the framing of a chunked body, which the server counts too.</summary>
    internal const long Default = Megabyte + (64 * 1024);

    /// <summary>A file of evidence (25 MB) and the form around it.</summary>
    internal const long Evidence = 26 * Megabyte;

    /// <summary>The form of an application with its documents: two files of the largest size, or several smaller ones.</summary>
    internal const long Application = 52 * Megabyte;

    /// <summary>A plan document (2 MB) and, from the portal, the form around it.</summary>
    internal const long Plan = 2 * Megabyte + (64 * 1024);

    /// <summary>A spreadsheet of organisations (10 MB) and, from the portal, the form around it.</summary>
    internal const long Spreadsheet = 10 * Megabyte + (128 * 1024);

    /// <summary>Ends of addresses at which staff add a file to a call, a declaration or a session.</summary>
    private static readonly string[] DocumentForms = ["/documentos", "/modificar", "/documento", "/firmada", "/papel"];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var limit = LimitOf(request.Path);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
        if (request.ContentLength > limit)
        {
            LingeringClose.AnsweredEarly(context);
            return Answer.WriteAsync(context, new Refusal("request_too_large", StatusCodes.Status413PayloadTooLarge));
        }

        return next(context);
    }

    internal static long LimitOf(PathString path)
    {
        if (path.IsBelow("/cuenta/convocatorias") || (path.IsBelow("/administracion/convocatorias") && path.Value!.Contains("/solicitudes/", StringComparison.OrdinalIgnoreCase) && EndsIn(path, "/documentos")))
            return Application;
        // A document of a call, a declaration or a session, and what an applicant attaches.
        if (path.IsBelow("/api/participants/v1/files") || path.IsBelow("/api/participants/v1/call-applications")
            || (path.IsBelow("/administracion") && Array.Exists(DocumentForms, form => EndsIn(path, form))))
        {
            return Evidence;
        }

        if (path.IsBelow("/api/action-plans/v1/evidence-files")
            || (path.IsBelow("/cuenta/actividades") && EndsIn(path, "/avance")))
        {
            return Evidence;
        }

        if (path.IsBelow("/api/participants/v1/organisation-imports") || path.IsBelow("/administracion/organizaciones/importar"))
            return Spreadsheet;
        return path.IsBelow("/api/action-plans/v1/plans/import") || path.IsBelow("/administracion") ? Plan : Default;
    }

    private static bool EndsIn(PathString path, string end) => path.Value!.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
