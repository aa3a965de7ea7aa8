namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>What is kept of a person, as the integral notice lists it.</summary>
public enum DataKind { Name, Address, Credential, SignIn, Function, Consent, Request, Mail, Following, Upload, Activity }

/// <summary>What it is kept for.</summary>
public enum DataPurpose { TakePart, SignIn, PublicFunction, Rights, Correspondence, Following, Accountability, Operation }

/// <summary>How long it is kept; the periods in months come from the legal profile.</summary>
public enum DataRetention { WhileAccount, UntilUsed, UntilEnded, Days30, Days2, AccessLog, AfterCall, Permanent }

/// <summary>What an erasure does to the value (INV-52).</summary>
public enum OnErasure
{
    /// <summary>The row goes, or did when the erasure ended what it stands for.</summary>
    DeleteRow,

    Clear,

    /// <summary>A value that says nothing of the person, where the schema asks for one.</summary>
    Replace,

    /// <summary>Only an id or a date that belongs to an act in a public function, or to the proof that the law was kept.</summary>
    Keep,
}

/// <summary>By what the rows of a person are found.</summary>
public enum SubjectKey { Person, AddressHash }

/// <param name="Replacement">SQL expression over the row, for <see cref="OnErasure.Replace"/>.</param>
/// <param name="IsSecret">Not handed out by an export: hashes, keys and sealed values tell the person nothing.</param>
public sealed record PersonalColumn(string Name, DataKind Kind, OnErasure OnErasure, string? Replacement = null, bool IsSecret = false);

/// <summary>
/// A table that holds something of people, with each column that could hold text: a text column that is in neither list fails the
/// test that compares the register with the schemas.
/// </summary>
/// <param name="Key">Column with the person's id (or the keyed hash of the address).</param>
public sealed record PersonalTable(string Service, string Name, string Key, DataPurpose Purpose, DataRetention Retention, params PersonalColumn[] Columns)
{
    public SubjectKey FoundBy { get; init; } = SubjectKey.Person;

    /// <summary>Text columns with codes, states and references that tell nothing of the person.</summary>
    public IReadOnlyList<string> NotPersonal { get; init; } = [];

    /// <summary>More of what is set when the values are cleared, for example the state that goes with it.</summary>
    public string? AlsoSet { get; init; }

    /// <summary>Runs before, with <c>$1</c> the key: rows of other tables that hang on this one's.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Narrows the rows that an erasure touches.</summary>
    public string? Where { get; init; }

    /// <summary>Which rows a copy holds, with <c>$1</c> the person, where it is not those of the key: what others did stands under their names.</summary>
    public string? Copied { get; init; }

    /// <summary>Rows of which a copy says that the person acted, without the texts: an organisation's, which colleagues may have written.</summary>
    public string? CopiedWithoutTexts { get; init; }

    public bool DeletesRows => Columns.Any(column => column.OnErasure == OnErasure.DeleteRow);

    /// <summary>Statements that erase a person here, with <c>$1</c> the key.</summary>
    public IEnumerable<string> ErasingSql()
    {
        foreach (var before in Before)
            yield return before;
        var where = $"where {Key} = $1{(Where is null ? "" : $" and {Where}")}";
        if (DeletesRows)
        {
            yield return $"delete from {Name} {where}";
            yield break;
        }

        var sets = Columns.Where(column => column.OnErasure is OnErasure.Clear or OnErasure.Replace)
            .Select(column => $"{column.Name} = {column.Replacement ?? "null"}").ToList();
        if (AlsoSet is not null)
            sets.Add(AlsoSet);
        if (sets.Count > 0)
            yield return $"update {Name} set {string.Join(", ", sets)} {where}";
    }

    /// <summary>Whether a column names an account other than the person's: who decided, looked or invited. Staff are not the person's data.</summary>
    public static bool NamesOthers(string column) => column is "account_id" or "person_id" or "subject_id" || column.EndsWith("_by", StringComparison.Ordinal);

    /// <summary>The person's rows as one JSON array, without secrets and without ids of others (<see cref="NamesOthers"/>), at most <paramref name="limit"/> of them.</summary>
    public string ExportSql(int limit)
    {
        var hidden = Columns.Where(column => column.IsSecret).Select(column => column.Name).ToList();
        if (FoundBy == SubjectKey.AddressHash)
            hidden.Add(Key);
        var without = hidden.Count == 0 ? "" : $" - array[{string.Join(',', hidden.Distinct(StringComparer.Ordinal).Select(name => $"'{name}'"))}]";
        var texts = CopiedWithoutTexts is null ? "" : $" - case when {CopiedWithoutTexts} then array[{string.Join(',', Columns.Select(column => $"'{column.Name}'"))}] else array[]::text[] end";
        var key = Copied is null ? "" : $" - case when {Key} = $1 then array[]::text[] else array['{Key}'] end";
        return $$"""
            select coalesce(jsonb_agg(to_jsonb(mine){{without}}{{texts}}{{key}} - array(
                select name from jsonb_object_keys(to_jsonb(mine)) name where name <> '{{Key}}' and (name = any('{account_id,person_id,subject_id}') or name like '%\_by'))), '[]')::text
            from (select * from {{Name}} where {{Copied ?? $"{Key} = $1"}} limit {{limit}}) mine
            """;
    }
}
