using System.Security.Cryptography;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations.Import;

public enum ImportOutcome { New, Changed, Unchanged }

/// <summary>What the database holds that a file's rows may be: organisations with one of these names, numbers or looks.</summary>
public sealed record ImportKeys(IReadOnlyList<string> Names, IReadOnlyList<string> Looks, IReadOnlyList<string> Rfcs, IReadOnlyList<string> Clunis);

/// <param name="Column">As the template names it.</param>
public sealed record ImportChange(string Column, string? Before, string? After);

/// <param name="Id">Of the organisation that is changed or is there already; null for a new one.</param>
/// <param name="Current">The name that this organisation has now.</param>
/// <param name="Changes">What would be otherwise than it is.</param>
/// <param name="Sector">That it would have, by the rules in force.</param>
public sealed record ImportRow(int Line, ImportOutcome Outcome, OrganisationRequest Request, Guid? Id, string? Current, IReadOnlyList<ImportChange> Changes, Sector Sector);

/// <param name="Column">Name of the column; null for the whole row.</param>
public sealed record ImportError(int Line, string? Column, Refusal Reason);

/// <summary>What a file would do to the organisations that are there. Nothing is done where one row has an error.</summary>
public sealed record ImportPlan(IReadOnlyList<ImportRow> Rows, IReadOnlyList<ImportError> Errors, bool WasWindows1252)
{
    /// <summary>In the order of the template. An empty cell, or a column that is missing, leaves what is there.</summary>
    public static readonly IReadOnlyList<string> Columns = ["nombre", "siglas", "clase", "sector", "clave_municipio", "municipio", "proposito", "sitio_web", "rfc", "cluni", "es_otra"];

    /// <summary>A page of errors is read; more than these are told by their number.</summary>
    public const int MostErrors = 500;

    /// <summary>Names of the fields as refusals give them, and the columns that they are.</summary>
    private static readonly Dictionary<string, string> ColumnOf = new(StringComparer.Ordinal)
    {
        ["name"] = "nombre",
        ["acronym"] = "siglas",
        ["kind"] = "clase",
        ["sector"] = "sector",
        ["cvegeo"] = "clave_municipio",
        ["municipality"] = "municipio",
        ["purpose"] = "proposito",
        ["website"] = "sitio_web",
        ["rfc"] = "rfc",
        ["cluni"] = "cluni",
    };

    /// <summary>As people write kinds, besides the codes.</summary>
    private static readonly Dictionary<string, OrganisationKind> KindNames = new(StringComparer.Ordinal)
    {
        ["poder ejecutivo"] = OrganisationKind.Executive,
        ["poder legislativo"] = OrganisationKind.Legislative,
        ["poder judicial"] = OrganisationKind.Judicial,
        ["organo autonomo"] = OrganisationKind.AutonomousBody,
        ["ayuntamiento"] = OrganisationKind.Municipality,
        ["municipio"] = OrganisationKind.Municipality,
        ["sindicato"] = OrganisationKind.Union,
        ["fideicomiso"] = OrganisationKind.PublicTrust,
        ["fideicomiso o fondo publico"] = OrganisationKind.PublicTrust,
        ["partido politico"] = OrganisationKind.PoliticalParty,
        ["organo o autoridad garante"] = OrganisationKind.Guarantor,
        ["organo garante"] = OrganisationKind.Guarantor,
        ["organizacion de la sociedad civil"] = OrganisationKind.CivilSocietyOrganization,
        ["osc"] = OrganisationKind.CivilSocietyOrganization,
        ["institucion academica"] = OrganisationKind.AcademicInstitution,
        ["academia"] = OrganisationKind.AcademicInstitution,
        ["empresa o camara"] = OrganisationKind.Business,
        ["empresa"] = OrganisationKind.Business,
        ["camara"] = OrganisationKind.Business,
        ["colegio de profesionistas"] = OrganisationKind.ProfessionalCollege,
        ["comite o consejo ciudadano"] = OrganisationKind.CitizenCouncil,
        ["consejo ciudadano"] = OrganisationKind.CitizenCouncil,
    };

    private static readonly Dictionary<string, Sector> SectorNames = new(StringComparer.Ordinal)
    {
        ["sociedad civil"] = Sector.CivilSociety,
        ["sector publico"] = Sector.PublicBody,
        ["organo garante"] = Sector.Guarantor,
    };

    /// <param name="known">The organisations that are there, or those of them that have a key of the file; not changed by this.</param>
    public static ImportPlan Make(byte[] content, IReadOnlyList<Organisation> known, SectorRules sectors, DateTimeOffset now) =>
        ImportFile.Read(content, sectors, now).Judge(known);

    /// <summary>SHA-256 of all that would be done, in the order of the file: what was agreed to when the preview was seen.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in Rows)
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(row, ContractsJson.Options));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal static string? ColumnOfField(string? field) => field is null ? null : ColumnOf.GetValueOrDefault(field, field);

    internal static bool TryReadKind(string written, out OrganisationKind kind) => TryReadCode(written, KindNames, out kind);

    internal static bool TryReadSector(string written, out Sector sector) => TryReadCode(written, SectorNames, out sector);

    private static bool TryReadCode<T>(string written, Dictionary<string, T> names, out T code) where T : struct, Enum =>
        EnumCodes.TryParse(written.ToUpperInvariant(), out code) || names.TryGetValue(OrganisationNames.WordsOf(written), out code);
}
