using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations.Import;

public enum ImportOutcome { New, Changed, Unchanged }

/// <param name="Id">Of the organisation that is changed or is there already; null for a new one.</param>
public sealed record ImportRow(int Line, ImportOutcome Outcome, OrganisationRequest Request, Guid? Id);

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

    /// <param name="known">The organisations that are there; not changed by this.</param>
    public static ImportPlan Make(byte[] content, IReadOnlyList<Organisation> known, SectorRules sectors, DateTimeOffset now)
    {
        var (text, wasWindows) = CsvFile.Decode(content);
        if (CsvFile.Read(text) is not { } records)
            return new([], [new ImportError(1, null, Refusal.Invalid("file", "csv_quote_open"))], wasWindows);
        if (records.Count == 0)
            return new([], [new ImportError(1, null, Refusal.Invalid("file", "csv_empty"))], wasWindows);
        var header = records[0].Cells.Select(cell => OrganisationNames.WordsOf(cell.Replace('_', ' ')).Replace(' ', '_')).ToList();
        var errors = header.Where(column => !Columns.Contains(column)).Select(column => new ImportError(1, column, Refusal.Invalid("file", "csv_column_unknown")))
            .Concat(header.GroupBy(column => column, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => new ImportError(1, group.Key, Refusal.Invalid("file", "csv_column_twice"))))
            .Concat(((string[])["nombre", "clase"]).Where(column => !header.Contains(column)).Select(column => new ImportError(1, column, Refusal.Invalid("file", "csv_column_missing"))))
            .ToList();
        if (errors.Count > 0)
            return new([], errors, wasWindows);

        var file = new Reading(known, sectors, now);
        foreach (var record in records.Skip(1))
            file.Take(record, header);
        return new(file.Rows, file.Errors, wasWindows);
    }

    private sealed class Reading(IReadOnlyList<Organisation> known, SectorRules sectors, DateTimeOffset now)
    {
        private readonly Dictionary<string, Organisation> byName = known.ToDictionary(row => row.NameKey, StringComparer.Ordinal);
        private readonly Dictionary<string, Organisation> byRfc = known.Where(row => row.Rfc is not null).ToDictionary(row => row.Rfc!, StringComparer.Ordinal);
        private readonly Dictionary<string, Organisation> byCluni = known.Where(row => row.Cluni is not null).ToDictionary(row => row.Cluni!, StringComparer.Ordinal);
        private readonly ILookup<string, Organisation> byLook = known.ToLookup(row => row.LookKey, StringComparer.Ordinal);
        private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (int Line, string Name)> looks = new(StringComparer.Ordinal);
        private readonly HashSet<Guid> matched = [];

        public List<ImportRow> Rows { get; } = [];
        public List<ImportError> Errors { get; } = [];

        public void Take(CsvRecord record, List<string> header)
        {
            var errors = Errors.Count;
            string? Cell(string column) => header.IndexOf(column) is >= 0 and var at && at < record.Cells.Count && record.Cells[at].Length > 0 ? record.Cells[at] : null;
            if (record.Cells.Count > header.Count)
                Refuse(null, Refusal.Invalid("file", "csv_too_many_cells"));
            var kind = Code("clase", KindNames);
            var sector = Code("sector", SectorNames);
            var asked = new OrganisationRequest(
                Cell("nombre"), Cell("siglas"), kind, sector, Cell("clave_municipio"), Cell("municipio"), Cell("proposito"), Cell("sitio_web"), Cell("rfc"), Cell("cluni"),
                OrganisationNames.WordsOf(Cell("es_otra") ?? "") is "si" or "s" or "x" or "1" or "true" or "yes");
            if (Errors.Count > errors)
                return;

            var read = Organisation.Register(asked, sectors, now);
            if (read.IsRefused)
            {
                foreach (var refusal in read.Refusals)
                    Refuse(refusal.Field, refusal);
                return;
            }

            var (one, current) = (read.Value, Match(read.Value));
            if (current is not null && !matched.Add(current.Id))
                Refuse("name", Refusal.Invalid("file", "csv_organisation_twice", current.Name));
            Once("name", one.NameKey);
            Once("rfc", one.Rfc);
            Once("cluni", one.Cluni);
            if (current is null && !asked.IsNoOther)
            {
                if (byLook[one.LookKey].FirstOrDefault() is { } alike)
                    Refuse("name", Refusal.Invalid("file", "csv_looks_like", alike.Name));
                else if (looks.TryGetValue(one.LookKey, out var earlier))
                    Refuse("name", Refusal.Invalid("file", "csv_looks_like_line", earlier.Name, earlier.Line));
            }

            looks.TryAdd(one.LookKey, (record.Line, one.Name));
            if (Errors.Count > errors)
                return;
            var request = current is null ? asked : Over(current, asked);
            var outcome = current is null ? ImportOutcome.New : IsSame(current, request) ? ImportOutcome.Unchanged : ImportOutcome.Changed;
            Rows.Add(new ImportRow(record.Line, outcome, request, current?.Id));

            void Refuse(string? field, Refusal reason) => Errors.Add(new ImportError(record.Line, field is null ? null : ColumnOf.GetValueOrDefault(field, field), reason));

            void Once(string field, string? key)
            {
                if (key is not null && !taken.TryAdd($"{field}:{key}", record.Line))
                    Refuse(field, Refusal.Invalid("file", "csv_repeated", taken[$"{field}:{key}"]));
            }

            T? Code<T>(string column, Dictionary<string, T> names) where T : struct, Enum
            {
                if (Cell(column) is not { } written)
                    return null;
                if (EnumCodes.TryParse<T>(written.ToUpperInvariant(), out var code) || names.TryGetValue(OrganisationNames.WordsOf(written), out code))
                    return code;
                Errors.Add(new ImportError(record.Line, column, Refusal.Invalid("file", "field_invalid")));
                return null;
            }

            Organisation? Match(Organisation organisation)
            {
                Organisation?[] found =
                [
                    organisation.Cluni is null ? null : byCluni.GetValueOrDefault(organisation.Cluni),
                    organisation.Rfc is null ? null : byRfc.GetValueOrDefault(organisation.Rfc),
                    byName.GetValueOrDefault(organisation.NameKey),
                ];
                var different = found.OfType<Organisation>().Distinct().ToList();
                if (different.Count > 1)
                    Refuse("name", Refusal.Invalid("file", "csv_several", different[0].Name, different[1].Name));
                return different.FirstOrDefault();
            }
        }

        private static OrganisationRequest Over(Organisation current, OrganisationRequest asked) => asked with
        {
            Acronym = asked.Acronym ?? current.Acronym,
            Sector = asked.Sector ?? (asked.Kind == current.Kind ? current.Sector : null),
            Cvegeo = asked.Cvegeo ?? (asked.Kind == current.Kind ? current.Cvegeo : null),
            Municipality = asked.Municipality ?? current.Municipality,
            Purpose = asked.Purpose ?? current.Purpose,
            Website = asked.Website ?? current.Website,
            Rfc = asked.Rfc ?? current.Rfc,
            Cluni = asked.Cluni ?? current.Cluni,
        };

        private bool IsSame(Organisation current, OrganisationRequest request) =>
            Organisation.Register(request, sectors, now) is { IsRefused: false, Value: var after } && after.Details() == current.Details() && after.Profile() == current.Profile()
            && after.Rfc == current.Rfc && after.Cluni == current.Cluni;
    }
}
