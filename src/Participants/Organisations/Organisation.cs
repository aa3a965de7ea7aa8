using System.Globalization;
using System.Text;
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
public sealed record OrganisationRequest(string? Name, string? Acronym, OrganisationKind? Kind, Sector? Sector, string? Cvegeo);

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
    public OrganisationKind Kind { get; private set; }
    public Sector Sector { get; private set; }
    public string? Cvegeo { get; private set; }
    public DateTimeOffset RegisteredAt { get; private init; }

    public static Result<Organisation> Register(OrganisationRequest request, SectorRules sectors, DateTimeOffset now)
    {
        var organisation = new Organisation { Id = Guid.CreateVersion7(), RegisteredAt = now };
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

    public OrganisationRegisteredV1 RegisteredFact() => new(Id, Touch(), Details());

    public OrganisationChangedV1 ChangedFact() => new(Id, Touch(), Details());

    public OrganisationDetails Details() => new(Name, Acronym, Kind, Sector, Cvegeo);

    /// <summary>Without case, accents and doubled spaces: "Instituto de  Acceso" and "instituto de acceso" are one.</summary>
    public static string KeyOf(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
                continue;
            if (!char.IsWhiteSpace(character))
                key.Append(char.ToLowerInvariant(character));
            else if (key.Length > 0 && key[^1] != ' ')
                key.Append(' ');
        }

        return key.ToString().TrimEnd(' ');
    }

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
        var sector = request.Kind is null ? default : fields.From(sectors.Of(kind, request.Sector));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);

        (Name, NameKey, Acronym, Kind, Sector, Cvegeo) = (name, KeyOf(name), acronym, kind, sector, cvegeo);
        SearchText = KeyOf($"{name} {acronym}");
        return Result.Done;
    }

    private static bool IsCvegeo(string text) =>
        text.Length == 5 && text.All(char.IsAsciiDigit) && State.Find(text[..2]) is not null && text[2..] != "000";
}
