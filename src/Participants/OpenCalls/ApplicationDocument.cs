using OpenGov.Participants.Files;

namespace OpenGov.Participants.OpenCalls;

/// <summary>A file that an applicant attached for a requirement. Only who applied and who reviews have it; it is never rewritten.</summary>
public sealed class ApplicationDocument
{
    private ApplicationDocument()
    {
    }

    public Guid Id { get; private init; }
    public Guid ApplicationId { get; private init; }

    /// <summary>Of the application: whose it is.</summary>
    public Guid AccountId { get; private init; }

    public Guid? OrganisationId { get; private init; }

    /// <summary>The requirement; null for something else that was missing.</summary>
    public Guid? AskedId { get; private init; }

    /// <summary>It came when what was missing was asked for.</summary>
    public bool Completes { get; private init; }

    public string FileName { get; private init; } = "";
    public string MediaType { get; private init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; private init; }

    /// <summary>Lower-case hex.</summary>
    public string Sha256 { get; private init; } = "";

    public Guid FileId { get; private init; }
    public DateTimeOffset AddedAt { get; private init; }

    /// <summary>Who attached it: the applicant, a colleague, or staff for a person who cannot sign in.</summary>
    public Guid AddedBy { get; private init; }

    /// <summary>In whose copy and under whose name the file is (<see cref="CallApplication.UploaderOf"/>).</summary>
    public Guid UploadedFor => OrganisationId is null ? AccountId : AddedBy;

    internal static ApplicationDocument Of(CallApplication application, Guid? asked, bool completes, UploadedDocument file, Guid by, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        ApplicationId = application.Id,
        AccountId = application.AccountId,
        OrganisationId = application.OrganisationId,
        AskedId = asked,
        Completes = completes,
        FileName = file.FileName,
        MediaType = file.MediaType,
        Size = file.Size,
        Sha256 = file.Sha256!,
        FileId = file.Id,
        AddedAt = now,
        AddedBy = by,
    };
}
