using System.Text;
using Npgsql;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <param name="Words">Beginnings or other forms of words of the name, acronym, former names or place.</param>
/// <param name="Municipality">Of the seat, by name.</param>
/// <param name="After">Key of the last name that was read.</param>
public sealed record DirectoryQuestion(Sector? Sector, OrganisationKind? Kind, string? Words, string? Municipality, string? After);

/// <summary>
/// The public list of organisations. Everybody reads it, and it may be long: only the columns that are shown are read, and each
/// combination of filters is a statement of its own, so that PostgreSQL plans it for the index that fits.
/// </summary>
public sealed class OrganisationDirectory(NpgsqlDataSource database)
{
    private const string Columns = "id, version, name, acronym, kind, sector, cvegeo, municipality, purpose, website, registered_at, successor_id, name_key";

    public async Task<Page<OrganisationView>> ReadAsync(DirectoryQuestion question, int size, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        var sql = new StringBuilder($"select {Columns} from organisation");
        if (question.Words is { } text)
        {
            var words = OrganisationSearch.WordsOf(text);
            if (words.Count == 0)
                return new Page<OrganisationView>([], null);
            // Either of a word's two forms; folded to one constant when the statement is planned.
            foreach (var word in words)
                Where("search_vector @@ ({0}::tsquery || plainto_tsquery('pg_catalog.spanish', {1}))", word.Beginning, word.Accented);
        }

        if (question.Sector is { } sector)
            Where("sector = {0}", sector.Code());
        if (question.Kind is { } kind)
            Where("kind = {0}", kind.Code());
        if (question.Municipality is { } municipality)
            Where("municipality_key = {0}", OrganisationNames.WordsOf(municipality));
        if (question.After is { } after)
            Where("name_key > {0}", after);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = size + 1 });
#pragma warning disable CA2100 // Put together from the texts of this file; what was asked are parameters.
        command.CommandText = sql.Append(" order by name_key limit $").Append(command.Parameters.Count).ToString();
#pragma warning restore CA2100

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<OrganisationView>(size);
        var last = "";
        while (await reader.ReadAsync(cancellationToken))
        {
            if (found.Count == size)
                return new Page<OrganisationView>(found, Cursor.Encode(last));
            found.Add(Read(reader));
            last = reader.GetString(12);
        }

        return new Page<OrganisationView>(found, null);

        void Where(string condition, params ReadOnlySpan<string> values)
        {
            sql.Append(command.Parameters.Count == 0 ? " where " : " and ");
            for (var at = 0; at < values.Length; at++)
            {
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = values[at] });
                condition = condition.Replace($"{{{at}}}", $"${command.Parameters.Count}", StringComparison.Ordinal);
            }

            sql.Append(condition);
        }
    }

    private static OrganisationView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetInt32(1),
        row.GetString(2),
        Text(row, 3),
        EnumCodes.Parse<OrganisationKind>(row.GetString(4)),
        EnumCodes.Parse<Sector>(row.GetString(5)),
        Text(row, 6),
        Text(row, 7),
        Text(row, 8),
        Text(row, 9),
        row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetGuid(11));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
