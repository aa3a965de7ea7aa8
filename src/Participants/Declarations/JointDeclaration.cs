using System.Security.Cryptography;
using System.Text;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Declarations;

public enum DeclarationState { Draft, Signing, Complete }

public enum SignatureMethod { Account, Paper }

/// <param name="Post">Of who signs, for example "Comisionada presidenta". Names are not kept.</param>
public sealed record SignatoryRequest(Guid? OrganisationId, string? Post);

/// <param name="DocumentId">Uploaded before; the declaration as it is laid out for print.</param>
public sealed record DeclarationRequest(string? Title, string? Text, string? Place, IReadOnlyList<SignatoryRequest>? Signatories, Guid? DocumentId);

/// <summary>
/// "Declaración Conjunta": signed by at least one public body, one civil-society organisation and the guarantor, it enters the state into the
/// programme (SPEC §1.2). The text is fixed once signing begins; it is complete with the last signature.
/// </summary>
public sealed class JointDeclaration : AggregateRoot
{
    public const int MostSignatories = 60;

    private readonly List<Signatory> signatories = [];

    private JointDeclaration()
    {
    }

    public string Title { get; private set; } = "";
    public string Text { get; private set; } = "";
    public string? Place { get; private set; }
    public DeclarationState State { get; private set; }

    /// <summary>SHA-256 of title and text as UTF-8, a line feed between them; lower-case hex. Whoever signs says which text they read.</summary>
    public string TextSha256 { get; private set; } = "";

    public Guid? DocumentId { get; private set; }

    /// <summary>The signed declaration, digitised.</summary>
    public Guid? SignedDocumentId { get; private set; }

    public DateTimeOffset? OpenedAt { get; private set; }
    public DateOnly? SignedOn { get; private set; }
    public DateTimeOffset? CompletedAt { get; private set; }
    public IReadOnlyList<Signatory> Signatories => signatories;

    /// <param name="sectors">Sector of each organisation that exists.</param>
    public static Result<JointDeclaration> Draft(DeclarationRequest request, IReadOnlyDictionary<Guid, Sector> sectors)
    {
        var declaration = new JointDeclaration { Id = Guid.CreateVersion7() };
        var written = declaration.Rewrite(request, sectors);
        return written.IsRefused ? Result<JointDeclaration>.From(written.Refusals) : declaration;
    }

    public Result Rewrite(DeclarationRequest request, IReadOnlyDictionary<Guid, Sector> sectors)
    {
        if (State != DeclarationState.Draft)
            return Refusal.Conflict("declaration_not_in_state");
        var fields = new Fields();
        var title = fields.Text("title", request.Title, 5, 300);
        var text = fields.Paragraphs("text", request.Text, 50, 30000);
        var place = fields.OptionalText("place", request.Place, 200);
        var named = request.Signatories ?? [];
        if (named.Count > MostSignatories)
            fields.Refuse(Refusal.Invalid("signatories", "items_too_many", MostSignatories));
        if (named.Select(one => one.OrganisationId).Distinct().Count() < named.Count)
            fields.Refuse(Refusal.Rule("signatory_repeated", "signatories"));
        var listed = new List<Signatory>();
        foreach (var one in named.Take(MostSignatories))
        {
            var post = fields.Text("signatories", one.Post, 3, 200);
            if (one.OrganisationId is { } id && sectors.TryGetValue(id, out var sector))
                listed.Add(Signatory.List(Id, id, sector, post, listed.Count));
            else
                fields.Refuse(Refusal.Rule("organisation_unknown", "signatories"));
        }

        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (Title, Text, Place, DocumentId, TextSha256) = (title, text, place, request.DocumentId, HashOf(title, text));
        signatories.Clear();
        signatories.AddRange(listed);
        return Result.Done;
    }

    /// <summary>INV-03: there is somebody of each sector to sign it.</summary>
    public Result Open(DateTimeOffset now)
    {
        if (State != DeclarationState.Draft)
            return Refusal.Conflict("declaration_not_in_state");
        if (!HasAllSectors(signatories))
            return Refusal.Rule("declaration_sectors_missing", "signatories");
        (State, OpenedAt) = (DeclarationState.Signing, now);
        return Result.Done;
    }

    /// <param name="textSha256">Of the text that was read.</param>
    /// <param name="paper">The scanned signature, where it was made on paper.</param>
    public Result Sign(Guid signatoryId, string? textSha256, Guid account, DateOnly on, Guid? paper, DateOnly today, DateTimeOffset now)
    {
        var signatory = signatories.Find(one => one.Id == signatoryId);
        if (signatory is null)
            return Refusal.NotFound();
        if (State != DeclarationState.Signing || signatory.Method is not null)
            return Refusal.Conflict("declaration_not_in_state");
        if (paper is null && textSha256 != TextSha256)
            return Refusal.Rule("declaration_text_changed", "textSha256");
        if (on > today)
            return Refusal.Invalid("signedOn", "moment_in_future");
        signatory.Sign(paper is null ? SignatureMethod.Account : SignatureMethod.Paper, on, account, paper, now);
        Complete(now);
        return Result.Done;
    }

    /// <summary>Somebody who was to sign and will not. The three sectors stay.</summary>
    public Result Strike(Guid signatoryId, DateTimeOffset now)
    {
        var signatory = signatories.Find(one => one.Id == signatoryId);
        if (signatory is null)
            return Refusal.NotFound();
        if (State != DeclarationState.Signing || signatory.Method is not null)
            return Refusal.Conflict("declaration_not_in_state");
        if (!HasAllSectors(signatories.Where(one => one != signatory)))
            return Refusal.Rule("declaration_sectors_missing", "signatories");
        signatories.Remove(signatory);
        Complete(now);
        return Result.Done;
    }

    /// <summary>
    /// An organisation that was to sign ended: who stands in its place signs there. What it signed stays under its own name. Whoever is listed already signs once.
    /// </summary>
    /// <param name="sector">Of the successor: it signs for its own. Where the three sectors would not be there any more (INV-03), the place stays open and staff see it.</param>
    /// <returns>The signatory that is no longer needed, to be removed; null where there is none.</returns>
    public Signatory? Succeed(Guid organisation, Guid successor, Sector sector, DateTimeOffset now)
    {
        if (State == DeclarationState.Complete || signatories.Find(one => one.OrganisationId == organisation && one.Method is null) is not { } place)
            return null;
        if (signatories.Find(one => one.OrganisationId == successor) is { } listed)
        {
            if (listed.Sector != place.Sector && !HasAllSectors(signatories.Where(one => one != place)))
                return null;
            signatories.Remove(place);
            if (State == DeclarationState.Signing)
                Complete(now);
            return place;
        }

        if (sector == place.Sector || HasAllSectors(signatories.Where(one => one != place)))
            place.StandIn(successor, sector);
        return null;
    }

    /// <summary>The succession never was: where the successor has not signed in the place of the organisation, the organisation does.</summary>
    /// <param name="sector">Of the organisation that is there again.</param>
    public bool HandBack(Guid organisation, Guid successor, Sector sector)
    {
        if (State == DeclarationState.Complete
            || signatories.Find(one => one.OrganisationId == successor && one.InPlaceOf == organisation && one.Method is null) is not { } place || signatories.Exists(one => one.OrganisationId == organisation))
        {
            return false;
        }

        place.HandBack(sector);
        return true;
    }

    /// <summary>Once, to a complete declaration: what is public of it stays.</summary>
    public Result AddSignedDocument(Guid file)
    {
        if (State != DeclarationState.Complete || SignedDocumentId is not null)
            return Refusal.Conflict("declaration_not_in_state");
        SignedDocumentId = file;
        return Result.Done;
    }

    public JointDeclarationSignedV1 SignedFact(IReadOnlyDictionary<Guid, string> names) => new(
        Id, Touch(), Title, SignedOn!.Value, TextSha256,
        [.. signatories.OrderBy(one => one.Position).Select(one => new DeclarationSignatory(one.OrganisationId, names[one.OrganisationId], one.Sector, one.Post, one.SignedOn!.Value))]);

    internal static string HashOf(string title, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\n{text}")));

    /// <summary>Complete when everybody who was to sign has: the three sectors are among them since it was opened.</summary>
    private void Complete(DateTimeOffset now)
    {
        if (signatories.All(one => one.Method is not null) && HasAllSectors(signatories))
            (State, SignedOn, CompletedAt) = (DeclarationState.Complete, signatories.Max(one => one.SignedOn), now);
    }

    private static bool HasAllSectors(IEnumerable<Signatory> signatories) => signatories.Select(one => one.Sector).Distinct().Count() == Enum.GetValues<Sector>().Length;
}

public sealed class Signatory
{
    private Signatory()
    {
    }

    public Guid Id { get; private init; }
    public Guid DeclarationId { get; private init; }
    public Guid OrganisationId { get; private set; }

    /// <summary>The organisation that was listed first, where it ended before it signed.</summary>
    public Guid? InPlaceOf { get; private set; }

    /// <summary>Of whoever signs in this place.</summary>
    public Sector Sector { get; private set; }

    public string Post { get; private init; } = "";
    public int Position { get; private init; }
    public SignatureMethod? Method { get; private set; }

    /// <summary>Of a signature on paper, the day that stands on it.</summary>
    public DateOnly? SignedOn { get; private set; }

    public DateTimeOffset? RecordedAt { get; private set; }

    /// <summary>Who signed, or recorded the paper.</summary>
    public Guid? AccountId { get; private set; }

    public Guid? PaperId { get; private set; }

    internal static Signatory List(Guid declaration, Guid organisation, Sector sector, string post, int position) =>
        new() { Id = Guid.CreateVersion7(), DeclarationId = declaration, OrganisationId = organisation, Sector = sector, Post = post, Position = position };

    internal void StandIn(Guid successor, Sector sector) => (OrganisationId, InPlaceOf, Sector) = (successor, InPlaceOf ?? OrganisationId, sector);

    internal void HandBack(Sector sector) => (OrganisationId, InPlaceOf, Sector) = (InPlaceOf!.Value, null, sector);

    internal void Sign(SignatureMethod method, DateOnly on, Guid account, Guid? paper, DateTimeOffset now) =>
        (Method, SignedOn, AccountId, PaperId, RecordedAt) = (method, on, account, paper, now);
}
