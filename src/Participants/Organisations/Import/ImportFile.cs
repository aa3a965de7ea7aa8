using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations.Import;

/// <summary>
/// A file as it stands, each row read for itself; <see cref="Judge"/> holds it against the organisations that are there. Of these
/// only those with one of its <see cref="Keys"/> matter, however many a state has.
/// </summary>
public sealed class ImportFile
{
    /// <param name="Read">The row as an organisation of its own; null where a cell could not be read.</param>
    private sealed record Row(int Line, OrganisationRequest Request, Organisation? Read, IReadOnlyList<ImportError> Errors);

    private readonly List<Row> rows = [];
    private readonly List<ImportError> errors = [];
    private readonly SectorRules sectors;

    private ImportFile(SectorRules sectors, bool wasWindows1252) => (this.sectors, WasWindows1252) = (sectors, wasWindows1252);

    public bool WasWindows1252 { get; }

    /// <summary>In parts of at most <paramref name="size"/> rows.</summary>
    public IEnumerable<ImportKeys> Keys(int size) => rows.Select(row => row.Read).OfType<Organisation>().Chunk(size).Select(part => new ImportKeys(
        [.. part.Select(one => one.NameKey).Distinct(StringComparer.Ordinal)],
        [.. part.Select(one => one.LookKey).Distinct(StringComparer.Ordinal)],
        [.. part.Select(one => one.Rfc).OfType<string>().Distinct(StringComparer.Ordinal)],
        [.. part.Select(one => one.Cluni).OfType<string>().Distinct(StringComparer.Ordinal)]));

    public static ImportFile Read(byte[] content, SectorRules sectors, DateTimeOffset now)
    {
        var (text, wasWindows) = CsvFile.Decode(content);
        var file = new ImportFile(sectors, wasWindows);
        if (CsvFile.Read(text) is not { } records)
        {
            file.errors.Add(new ImportError(1, null, Refusal.Invalid("file", "csv_quote_open")));
            return file;
        }

        if (records.Count == 0)
        {
            file.errors.Add(new ImportError(1, null, Refusal.Invalid("file", "csv_empty")));
            return file;
        }

        var header = records[0].Cells.Select(cell => OrganisationNames.WordsOf(cell.Replace('_', ' ')).Replace(' ', '_')).ToList();
        file.errors.AddRange(header.Where(column => !ImportPlan.Columns.Contains(column)).Select(column => new ImportError(1, column, Refusal.Invalid("file", "csv_column_unknown"))));
        file.errors.AddRange(header.GroupBy(column => column, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => new ImportError(1, group.Key, Refusal.Invalid("file", "csv_column_twice"))));
        file.errors.AddRange(((string[])["nombre", "clase"]).Where(column => !header.Contains(column)).Select(column => new ImportError(1, column, Refusal.Invalid("file", "csv_column_missing"))));
        if (file.errors.Count == 0)
            file.rows.AddRange(records.Skip(1).Select(record => ReadRow(record, header, sectors, now)));
        return file;
    }

    /// <param name="known">Every organisation with one of the <see cref="Keys"/>; not changed by this.</param>
    public ImportPlan Judge(IReadOnlyList<Organisation> known)
    {
        var judging = new Judging(known, sectors);
        foreach (var row in rows)
            judging.Take(row);
        return new ImportPlan(judging.Rows, [.. errors, .. judging.Errors], WasWindows1252);
    }

    private static Row ReadRow(CsvRecord record, List<string> header, SectorRules sectors, DateTimeOffset now)
    {
        var refused = new List<ImportError>();
        if (record.Cells.Count > header.Count)
            refused.Add(new ImportError(record.Line, null, Refusal.Invalid("file", "csv_too_many_cells")));
        var (kind, sector) = ((OrganisationKind?)null, (Sector?)null);
        if (Cell("clase") is { } kindText)
        {
            if (ImportPlan.TryReadKind(kindText, out var code))
                kind = code;
            else
                refused.Add(new ImportError(record.Line, "clase", Refusal.Invalid("file", "field_invalid")));
        }

        if (Cell("sector") is { } sectorText)
        {
            if (ImportPlan.TryReadSector(sectorText, out var code))
                sector = code;
            else
                refused.Add(new ImportError(record.Line, "sector", Refusal.Invalid("file", "field_invalid")));
        }

        var asked = new OrganisationRequest(
            Cell("nombre"), Cell("siglas"), kind, sector, Cell("clave_municipio"), Cell("municipio"), Cell("proposito"), Cell("sitio_web"), Cell("rfc"), Cell("cluni"),
            OrganisationNames.WordsOf(Cell("es_otra") ?? "") is "si" or "s" or "x" or "1" or "true" or "yes");
        if (refused.Count > 0)
            return new Row(record.Line, asked, null, refused);
        var read = Organisation.Register(asked, sectors, now);
        return read.IsRefused
            ? new Row(record.Line, asked, null, [.. read.Refusals.Select(refusal => new ImportError(record.Line, ImportPlan.ColumnOfField(refusal.Field), refusal))])
            : new Row(record.Line, asked, read.Value, []);

        string? Cell(string column) => header.IndexOf(column) is >= 0 and var at && at < record.Cells.Count && record.Cells[at].Length > 0 ? record.Cells[at] : null;
    }

    private sealed class Judging(IReadOnlyList<Organisation> known, SectorRules sectors)
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

        public void Take(Row row)
        {
            if (row.Read is not { } one)
            {
                Errors.AddRange(row.Errors);
                return;
            }

            var (errors, asked, current) = (Errors.Count, row.Request, Match());
            if (current is not null && !matched.Add(current.Id))
                Refuse("name", Refusal.Invalid("file", "csv_organisation_twice", current.Name));
            Once("name", one.NameKey);
            Once("rfc", one.Rfc);
            Once("cluni", one.Cluni);
            // A name that is new is looked at, whether a new organisation takes it or one that is there; where the row is refused already, it adds nothing.
            if (Errors.Count == errors && current?.Name != one.Name && !asked.IsNoOther)
            {
                if (byLook[one.LookKey].FirstOrDefault(other => other.Id != current?.Id) is { } alike)
                    Refuse("name", Refusal.Invalid("file", "csv_looks_like", alike.Name));
                else if (looks.TryGetValue(one.LookKey, out var earlier))
                    Refuse("name", Refusal.Invalid("file", "csv_looks_like_line", earlier.Name, earlier.Line));
            }

            looks.TryAdd(one.LookKey, (row.Line, one.Name));
            if (Errors.Count > errors)
                return;
            if (current is null)
            {
                Rows.Add(new ImportRow(row.Line, ImportOutcome.New, asked, null, null, [], one.Sector));
                return;
            }

            // What the row and the organisation are together may be refused though each for itself is right.
            var request = Over(current, asked);
            var after = current.Changed(request, sectors);
            foreach (var refusal in after.Refusals)
                Refuse(refusal.Field, refusal);
            if (after.IsRefused)
                return;
            var changes = Changes(current, after.Value);
            Rows.Add(new ImportRow(row.Line, changes.Count == 0 ? ImportOutcome.Unchanged : ImportOutcome.Changed, request, current.Id, current.Name, changes, after.Value.Sector));

            void Refuse(string? field, Refusal reason) => Errors.Add(new ImportError(row.Line, ImportPlan.ColumnOfField(field), reason));

            void Once(string field, string? key)
            {
                if (key is not null && !taken.TryAdd($"{field}:{key}", row.Line))
                    Refuse(field, Refusal.Invalid("file", "csv_repeated", taken[$"{field}:{key}"]));
            }

            Organisation? Match()
            {
                Organisation?[] found =
                [
                    one.Cluni is null ? null : byCluni.GetValueOrDefault(one.Cluni),
                    one.Rfc is null ? null : byRfc.GetValueOrDefault(one.Rfc),
                    byName.GetValueOrDefault(one.NameKey),
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

        private static List<ImportChange> Changes(Organisation before, Organisation after) =>
            [.. Cells(before).Zip(Cells(after), (one, other) => new ImportChange(one.Column, one.Value, other.Value)).Where(change => change.Before != change.After)];

        private static IEnumerable<(string Column, string? Value)> Cells(Organisation one) =>
        [
            ("nombre", one.Name), ("siglas", one.Acronym), ("clase", one.Kind.Code()), ("sector", one.Sector.Code()), ("clave_municipio", one.Cvegeo), ("municipio", one.Municipality),
            ("proposito", one.Purpose), ("sitio_web", one.Website), ("rfc", one.Rfc), ("cluni", one.Cluni),
        ];
    }
}
