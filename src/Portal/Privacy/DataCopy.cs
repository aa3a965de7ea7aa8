using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenGov.Contracts;

namespace OpenGov.Portal.Privacy;

/// <summary>All that every service keeps of one person: one JSON for programs and one page for people, in a zip. Held in memory: it is small.</summary>
internal static class DataCopy
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<IResult> FileAsync(HttpContext http, IReadOnlyDictionary<string, JsonElement> data, string title, string fileName)
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            await WriteAsync(zip, "datos.json", JsonSerializer.Serialize(data, Readable), http.RequestAborted);
            await WriteAsync(zip, "datos.html", Html(data, title), http.RequestAborted);
        }

        http.Response.Headers.CacheControl = "private, no-store";
        return Results.File(content.ToArray(), "application/zip", fileName);
    }

    /// <summary>Files that the person attached to applications, as the copy lists them.</summary>
    public static IReadOnlyList<AttachedDocument> DocumentsIn(IReadOnlyDictionary<string, JsonElement> data) =>
        !data.TryGetValue(Owners.Participants, out var kept) || !kept.TryGetProperty("records", out var records)
            ? []
            : [.. records.EnumerateArray().Where(record => record.GetProperty("table").GetString() == "call_application_document").SelectMany(record => record.GetProperty("rows").EnumerateArray())
                .Select(row => new AttachedDocument(row.GetProperty("application_id").GetGuid(), row.GetProperty("id").GetGuid(), row.GetProperty("file_name").GetString()!))];

    /// <summary>The same with those files, passed on one after another: they may be large. Where one cannot be read the download breaks off, and no program takes it for whole.</summary>
    public static async Task<IResult> SendAsync(
        HttpContext http, IReadOnlyDictionary<string, JsonElement> data, string title, string fileName, IReadOnlyList<AttachedDocument> documents, PrivacyClient privacy)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = $"attachment; filename={fileName}";
        await using var zip = await ZipArchive.CreateAsync(http.Response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, http.RequestAborted);
        await WriteAsync(zip, "datos.json", JsonSerializer.Serialize(data, Readable), http.RequestAborted);
        await WriteAsync(zip, "datos.html", Html(data, title), http.RequestAborted);
        foreach (var (number, document) in documents.Index())
        {
            await privacy.CopyDocumentAsync(document, async (content, cancellationToken) =>
            {
                // Numbered: two may have the same name. Photographs and PDF files hardly shrink.
                await using var entry = await zip.CreateEntry($"documentos/{number + 1:000}-{document.FileName}", CompressionLevel.Fastest).OpenAsync(cancellationToken);
                await content.CopyToAsync(entry, cancellationToken);
            });
        }

        return Results.Empty;
    }

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

/// <param name="FileName">Safe in a file system: the service cleaned it.</param>
public sealed record AttachedDocument(Guid ApplicationId, Guid Id, string FileName);
