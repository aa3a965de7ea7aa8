using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenGov.Portal.Privacy;

/// <summary>
/// All that every service keeps of one person, in a zip: one JSON for programs, one page for people, and the files that they uploaded, which go through as
/// they come. A copy that breaks off is broken off for the browser too: one that lacks something is none.
/// </summary>
internal sealed class DataCopy(PersonalCopy copy, string title, string fileName) : IResult
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.CacheControl = "private, no-store";
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = $"attachment; filename={fileName}";
        await using var zip = await ZipArchive.CreateAsync(response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, httpContext.RequestAborted);
        await WriteAsync(zip, "datos.json", JsonSerializer.Serialize(copy.Data, Readable), httpContext.RequestAborted);
        await WriteAsync(zip, "datos.html", Html(copy.Data, title), httpContext.RequestAborted);
        foreach (var (service, id, name) in Files(copy.Data))
        {
            await using var entry = await zip.CreateEntry(EntryOf(service, id, name)).OpenAsync(httpContext.RequestAborted);
            if (await copy.FetchAsync(service, id, entry))
                continue;
            httpContext.Abort();
            return;
        }
    }

    /// <summary>Two files may have one name.</summary>
    private static string EntryOf(string service, Guid id, string name) => $"archivos/{service}/{id:N}-{name}";

    private static IEnumerable<(string Service, Guid Id, string Name)> Files(IReadOnlyDictionary<string, JsonElement> data) => data.SelectMany(part =>
        part.Value.TryGetProperty("files", out var files) ? files.EnumerateArray().Select(file => (part.Key, file.GetProperty("id").GetGuid(), file.GetProperty("fileName").GetString()!)) : []);

    private static async Task WriteAsync(ZipArchive zip, string name, string text, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    internal static string Html(IReadOnlyDictionary<string, JsonElement> data, string title)
    {
        var page = new StringBuilder("<!DOCTYPE html><html lang=\"").Append(System.Globalization.CultureInfo.CurrentUICulture.Name)
            .Append("\"><head><meta charset=\"utf-8\"><title>").Append(Encode(title)).Append("</title></head><body><h1>")
            .Append(Encode(title)).Append("</h1>");
        foreach (var (service, kept) in data)
        {
            page.Append("<h2>").Append(Encode(OpenGov.Portal.Text.Code("service", service))).Append("</h2>");
            if (!kept.TryGetProperty("records", out var records) || records.GetArrayLength() == 0)
                page.Append("<p>").Append(Encode(OpenGov.Portal.Text.T("privacy.nothingKept"))).Append("</p>");
            else
                foreach (var record in records.EnumerateArray())
                    Append(page, record);
            var files = Files(new Dictionary<string, JsonElement> { [service] = kept }).ToList();
            if (files.Count > 0)
                page.Append("<h3>").Append(Encode(OpenGov.Portal.Text.T("privacy.files"))).Append("</h3><ul>");
            foreach (var (_, id, name) in files)
                page.Append("<li><a href=\"").Append(Encode(EntryOf(service, id, Uri.EscapeDataString(name)))).Append("\">").Append(Encode(name)).Append("</a></li>");
            if (files.Count > 0)
                page.Append("</ul>");
        }

        return page.Append("</body></html>").ToString();
    }

    private static void Append(StringBuilder page, JsonElement record)
    {
        page.Append("<h3>").Append(Encode(record.GetProperty("table").GetString())).Append("</h3><p>")
            .Append(Encode(OpenGov.Portal.Text.Code("purpose", record.GetProperty("purpose").GetString()))).Append("; ")
            .Append(Encode(OpenGov.Portal.Text.Code("retention", record.GetProperty("retention").GetString()))).Append("</p>");
        foreach (var row in record.GetProperty("rows").EnumerateArray())
        {
            page.Append("<dl>");
            foreach (var value in row.EnumerateObject().Where(value => value.Value.ValueKind != JsonValueKind.Null))
                page.Append("<dt>").Append(Encode(value.Name)).Append("</dt><dd>").Append(Encode(value.Value.ToString())).Append("</dd>");
            page.Append("</dl>");
        }
    }

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
