using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Portal.Forms;

/// <summary>
/// Reads a multipart form part by part: texts into a <see cref="FormState"/>, a file straight to whoever takes it. A file is
/// never held in memory or on disk here.
/// </summary>
internal static class MultipartForm
{
    /// <summary>Bytes of one text; the longest explanation that a service takes has 4,000 characters.</summary>
    private const int MaxText = 64 * 1024;

    private const int MaxParts = 40;

    /// <param name="maxBody">Bytes of the whole request; more is refused by the server (413).</param>
    /// <param name="onFile">Takes a file part: field, file name, media type and content, which can be read once.</param>
    /// <returns>False where the request is no well-formed multipart form.</returns>
    public static async Task<bool> ReadAsync(HttpRequest request, FormState state, long maxBody, Func<FilePart, Task> onFile)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBody;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
        {
            return false;
        }

        var reader = new MultipartReader(boundary, request.Body);
        var parts = 0;
        try
        {
            while (await reader.ReadNextSectionAsync(request.HttpContext.RequestAborted) is { } section)
            {
                if (++parts > MaxParts || section.GetContentDispositionHeader() is not { } disposition || !disposition.IsFormDisposition() && !disposition.IsFileDisposition())
                    return false;
                var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (disposition.IsFileDisposition())
                    await TakeFileAsync(section, field, disposition, onFile, request.HttpContext.RequestAborted);
                else if (await ReadTextAsync(section, request.HttpContext.RequestAborted) is { } text)
                    state.Set(field, text);
                else
                    return false;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
        catch (IOException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // The body ended before its last boundary.
            return false;
        }

        return true;
    }

    private static async Task TakeFileAsync(
        MultipartSection section, string field, ContentDispositionHeaderValue disposition, Func<FilePart, Task> onFile, CancellationToken cancellationToken)
    {
        // A file input in which nothing was chosen is sent as a part without a name.
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
        if (name.Length > 0)
            await onFile(new FilePart(field, FileNameOf(name), section.ContentType ?? "application/octet-stream", section.Body));
        await section.Body.DrainAsync(cancellationToken);
    }

    /// <summary>Some browsers send the folder too.</summary>
    private static string FileNameOf(string name) => name[(name.LastIndexOfAny(['/', '\\']) + 1)..];

    private static async Task<string?> ReadTextAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await section.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (text.Length + read > MaxText)
                return null;
            text.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}

internal sealed record FilePart(string Field, string FileName, string MediaType, Stream Content);
