using System.Numerics;
using Npgsql;

namespace OpenGov.ActionPlans;

/// <summary>SQL that matters is written as SQL, in files beside the code that runs it.</summary>
internal static class Sql
{
    /// <returns>The statements of an embedded file, each with positional parameters.</returns>
    public static string[] Statements(string file)
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream($"sql/{file}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
#pragma warning disable CA2100 // The text comes from this program's own files; values are parameters.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static T? Maybe<T>(this NpgsqlDataReader row, int column) where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    public static Completion.Fraction Fraction(this NpgsqlDataReader row, int numerator) =>
        new(row.GetFieldValue<BigInteger>(numerator), row.GetFieldValue<BigInteger>(numerator + 1));
}
