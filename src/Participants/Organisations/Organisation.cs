using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <summary>What people write about an organisation. Kinds and sectors: SPEC §1.1; CVEGEO: SPEC §6.3.</summary>
/// <param name="Name">2 to 200 characters, unique without regard to case, accents and spacing.</param>
/// <param name="Acronym">At most 30 characters.</param>
/// <param name="Sector">Derived from the kind where it is missing.</param>
/// <param name="Cvegeo">INEGI code of a municipality, five digits; only for municipalities.</param>
/// <param name="Municipality">Where it has its seat, by name, at most 100 characters.</param>
/// <param name="Purpose">What it is for, at most 1,000 characters; public.</param>
/// <param name="Website">http or https, at most 300 characters.</param>
/// <param name="Rfc">Of a legal person; never public.</param>
/// <param name="Cluni">Key of the federal register of civil-society organisations; never public.</param>
/// <param name="IsNoOther">The caller looked at the organisation whose name looks alike, and it is another.</param>
public sealed record OrganisationRequest(
    string? Name, string? Acronym, OrganisationKind? Kind, Sector? Sector, string? Cvegeo,
    string? Municipality = null, string? Purpose = null, string? Website = null, string? Rfc = null, string? Cluni = null, bool IsNoOther = false);

/// <summary>A body or group that takes part in the exercise.</summary>
public sealed class Organisation : AggregateRoot
{
    private Organisation()
    {
    }

    public string Name { get; private set; } = "";
    public string NameKey { get; private set; } = "";
    public string? Acronym { get; private set; }
    public string SearchText { get; private set; } = "";

    /// <summary>Words of the names that it had: what was done under them is looked for under them.</summary>
    public string FormerText { get; private set; } = "";

    public OrganisationKind Kind { get; private set; }
    public Sector Sector { get; private set; }
    public string? Cvegeo { get; private set; }
    public string? Municipality { get; private set; }
    public string? MunicipalityKey { get; private set; }
    public string? Purpose { get; private set; }
    public string? Website { get; private set; }
    public string? Rfc { get; private set; }
    public string? Cluni { get; private set; }

    /// <summary>Equal for names that look alike (<see cref="OrganisationNames.LookOf"/>).</summary>
    public string LookKey { get; private set; } = "";

    public DateTimeOffset RegisteredAt { get; private init; }

    /// <summary>Since when it has this name and acronym.</summary>
    public DateTimeOffset NamedAt { get; private set; }

    /// <summary>Who stands in its place since <see cref="SucceededOn"/>.</summary>
    public Guid? SuccessorId { get; private set; }

    public DateOnly? SucceededOn { get; private set; }
    public string? SuccessionBasis { get; private set; }

    public static Result<Organisation> Register(OrganisationRequest request, SectorRules sectors, DateTimeOffset now)
    {
        var organisation = new Organisation { Id = Guid.CreateVersion7(), RegisteredAt = now, NamedAt = now };
        var written = organisation.Write(request, sectors);
        return written.IsRefused ? Result<Organisation>.From(written.Refusals) : organisation;
    }

    public Result Change(OrganisationRequest request, SectorRules sectors)
    {
        var wasGuarantor = Kind == OrganisationKind.Guarantor;
        return wasGuarantor && request.Kind is { } kind && kind != OrganisationKind.Guarantor
            ? Refusal.Rule("guarantor_stays_guarantor", "kind")
            : Write(request, sectors);
    }

    /// <summary>What <see cref="Change"/> would make of it; it stays as it is.</summary>
    public Result<Organisation> Changed(OrganisationRequest request, SectorRules sectors)
    {
        var copy = (Organisation)MemberwiseClone();
        var changed = copy.Change(request, sectors);
        return changed.IsRefused ? Result<Organisation>.From(changed.Refusals) : copy;
    }

    /// <summary>Before the first law on transparency of any state there was nothing to succeed in.</summary>
    public static readonly DateOnly EarliestSuccession = new(2001, 1, 1);

    /// <param name="on">From this day on.</param>
    /// <param name="standsSince">The day from which it stands in the place of another itself, where it does.</param>
    public Result Follow(Organisation successor, DateOnly on, string? basis, DateOnly? standsSince)
    {
        if (SuccessorId is not null)
            return Refusal.Conflict("organisation_already_succeeded");
        if (on < EarliestSuccession)
            return Refusal.Invalid("on", "succession_too_early", EarliestSuccession);
        if (on < standsSince)
            return Refusal.Rule("succession_before_its_own", "on", standsSince);
        if (on > successor.SucceededOn)
            return Refusal.Rule("succession_after_successors_end", "on", successor.SucceededOn);
        if (Kind == OrganisationKind.Guarantor && successor.Kind != OrganisationKind.Guarantor)
            return Refusal.Rule("guarantor_follows_guarantor", "successorId");
        (SuccessorId, SucceededOn, SuccessionBasis) = (successor.Id, on, basis);
        Touch();
        return Result.Done;
    }

    public OrganisationSucceededV1 SucceededFact() => new(Id, Touch(), SuccessorId!.Value, SucceededOn!.Value);

    /// <summary>The succession was written down by mistake: it stands for itself again.</summary>
    public Result StandAgain()
    {
        if (SuccessorId is null)
            return Refusal.Conflict("organisation_not_succeeded");
        (SuccessorId, SucceededOn, SuccessionBasis) = (null, null, null);
        return Result.Done;
    }

    public OrganisationSuccessionUndoneV1 SuccessionUndoneFact(Guid successor) => new(Id, Touch(), successor);

    internal void RenamedNow(string name, string? acronym, DateTimeOffset now)
    {
        NamedAt = now;
        FormerText = string.Join(' ', $"{FormerText} {OrganisationNames.WordsOf($"{name} {acronym}")}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal));
    }

    public OrganisationRegisteredV1 RegisteredFact() => new(Id, Touch(), Details());

    public OrganisationChangedV1 ChangedFact() => new(Id, Touch(), Details());

    public OrganisationDetails Details() => new(Name, Acronym, Kind, Sector, Cvegeo);

    public OrganisationProfile Profile() => new(Municipality, Purpose, Website);

    /// <summary>Of what is public beyond the details; records it beside them.</summary>
    public OrganisationProfileChangedV1 ProfileFact() => new(Id, Touch(), Profile());

    public static string KeyOf(string text) => OrganisationNames.KeyOf(text);

    private Result Write(OrganisationRequest request, SectorRules sectors)
    {
        var fields = new Fields();
        var name = fields.Text("name", request.Name, 2, 200);
        var acronym = fields.OptionalText("acronym", request.Acronym, 30);
        var kind = fields.Value("kind", request.Kind);
        var cvegeo = request.Cvegeo is { Length: > 0 } given ? given : null;
        if (cvegeo is not null && !IsCvegeo(cvegeo))
            fields.Refuse(Refusal.Invalid("cvegeo", "cvegeo_invalid"));
        else if (cvegeo is not null && kind != OrganisationKind.Municipality)
            fields.Refuse(Refusal.Invalid("cvegeo", "cvegeo_only_of_municipalities"));
        if (OrganisationNames.MixesScripts(name))
            fields.Refuse(Refusal.Invalid("name", "name_mixes_scripts"));
        if (acronym is not null && OrganisationNames.MixesScripts(acronym))
            fields.Refuse(Refusal.Invalid("acronym", "name_mixes_scripts"));
        var municipality = fields.OptionalText("municipality", request.Municipality, 100);
        var purpose = fields.OptionalText("purpose", request.Purpose, 1000);
        var website = ReadWebsite(fields, request.Website);
        var rfc = string.IsNullOrWhiteSpace(request.Rfc) ? null : fields.From(Organisations.Rfc.Read("rfc", request.Rfc));
        var cluni = string.IsNullOrWhiteSpace(request.Cluni) ? null : fields.From(Organisations.Cluni.Read("cluni", request.Cluni, rfc));
        var sector = request.Kind is null ? default : fields.From(sectors.Of(kind, request.Sector));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);

        (Name, NameKey, Acronym, Kind, Sector, Cvegeo) = (name, KeyOf(name), acronym, kind, sector, cvegeo);
        (Municipality, MunicipalityKey) = (municipality, municipality is null ? null : OrganisationNames.WordsOf(municipality));
        (Purpose, Website, Rfc, Cluni) = (purpose, website, rfc, cluni);
        SearchText = OrganisationNames.WordsOf($"{name} {acronym} {municipality}");
        LookKey = OrganisationNames.LookOf(name);
        return Result.Done;
    }

    private static string? ReadWebsite(Fields fields, string? given)
    {
        if (fields.OptionalText("website", given, 300) is not { } text)
            return null;
        // As people write it: www.ejemplo.mx.
        var address = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            && uri.UserInfo.Length == 0 && uri.Host.Contains('.', StringComparison.Ordinal) && uri.AbsoluteUri.Length <= 300)
        {
            return uri.AbsoluteUri;
        }

        fields.Refuse(Refusal.Invalid("website", "website_invalid"));
        return null;
    }

    private static bool IsCvegeo(string text) =>
        text.Length == 5 && text.All(char.IsAsciiDigit) && State.Find(text[..2]) is not null && text[2..] != "000";
}
