using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Files;

/// <summary>
/// A file from somebody who is not staff, which staff will open: only of a few kinds, by its bytes and by its name, and where it is an archive,
/// one whose own directory says nothing that is out of proportion. Nothing is unpacked here.
/// </summary>
internal static class DocumentUpload
{
    /// <summary>Endings by kind. A name that ends in another way is opened by something else than it seems.</summary>
    private static readonly Dictionary<string, string[]> Kinds = new(StringComparer.Ordinal)
    {
        ["application/pdf"] = [".pdf"],
        ["image/png"] = [".png"],
        ["image/jpeg"] = [".jpg", ".jpeg"],
        [MediaTypes.OpenDocument] = [".odt"],
        [MediaTypes.WordDocument] = [".docx"],
    };

    /// <summary>What is refused or broken off leaves nothing.</summary>
    public static async Task<Result<StoredFile>> ReceiveAsync(FileStore files, Guid account, string name, HttpRequest request, CancellationToken cancellationToken)
    {
        var tooLarge = new Refusal("file_too_large", StatusCodes.Status413PayloadTooLarge, null, FilesApi.MaxBytes / 1024 / 1024);
        if (request.ContentLength > FilesApi.MaxBytes)
            return tooLarge;
        var received = await files.ReceiveAsync(
            account, name, request.Body, FilesApi.MaxBytes, tooLarge, Refusal.Invalid("", "file_empty"), cancellationToken, mediaType => RefusalOf(mediaType, name));
        if (received.IsRefused || received.Value.MediaType is not (MediaTypes.OpenDocument or MediaTypes.WordDocument))
            return received;
        var file = received.Value;
        var isSound = false;
        try
        {
            isSound = await OfficeArchives.IsSoundAsync(file.MediaType, file.Size, (offset, count) => files.ReadAsync(file.Id, offset, count, cancellationToken));
            return isSound ? received : Refusal.Rule("file_archive_unsound");
        }
        finally
        {
            if (!isSound)
                await files.RemoveAsync(file.Id, CancellationToken.None);
        }
    }

    private static Refusal? RefusalOf(string mediaType, string name)
    {
        if (!Kinds.TryGetValue(mediaType, out var endings))
            return new Refusal("file_kind_not_taken", StatusCodes.Status415UnsupportedMediaType);
        return Array.Exists(endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? null : Refusal.Rule("file_name_says_otherwise", null, endings[0]);
    }
}
