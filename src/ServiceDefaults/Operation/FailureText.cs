using System.Collections.Frozen;
using System.Net.Sockets;
using System.Reflection;
using Npgsql;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// What may be said of an exception where people read it, keep it or pass it on: what kind it is, what it says, which table and rule it is
/// about. Values are left out: messages quote them (<c>invalid input syntax for type uuid: "…"</c>), and they are what people entered.
/// </summary>
public static class FailureText
{
    public const string Value = "[…]";

    private const int LongestMessage = 1000;

    /// <summary>Causes beyond these say what the first ones say.</summary>
    private const int Causes = 5;

    private static readonly (char Open, char Close)[] Quotes = [('"', '"'), ('\'', '\''), ('“', '”'), ('«', '»'), ('`', '`')];

    /// <summary>PostgreSQL's conditions by their code, in words: 23514 is CheckViolation.</summary>
    private static readonly FrozenDictionary<string, string> Conditions = typeof(PostgresErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).GroupBy(field => (string)field.GetRawConstantValue()!, StringComparer.Ordinal)
        .ToFrozenDictionary(fields => fields.Key, fields => fields.First().Name, StringComparer.Ordinal);

    /// <summary>The exception and what caused it, the outermost first.</summary>
    public static string Of(Exception exception)
    {
        var all = new List<string>();
        for (var one = exception; one is not null && all.Count < Causes; one = one.InnerException)
        {
            var text = One(one);
            // Wrappers often repeat the message of what they wrap.
            if (all.Count == 0 || !all[^1].EndsWith(text, StringComparison.Ordinal))
                all.Add(text);
        }

        return string.Join(" ← ", all);
    }

    /// <summary>Type and code of an exception, without its message.</summary>
    public static string NameOf(Exception exception) => exception switch
    {
        PostgresException postgres => $"PostgresException {postgres.SqlState} {Conditions.GetValueOrDefault(postgres.SqlState)}".TrimEnd() + AboutOf(postgres),
        SocketException socket => $"SocketException {socket.SocketErrorCode}",
        HttpRequestException { StatusCode: { } status } => $"HttpRequestException {(int)status}",
        _ => exception.GetType().Name,
    };

    /// <summary>The same of an exception and what caused it, the outermost first: enough to say what kind of trouble it is.</summary>
    public static string NamesOf(Exception exception)
    {
        var all = new List<string>();
        for (var one = exception; one is not null && all.Count < Causes; one = one.InnerException)
            all.Add(NameOf(one));
        return string.Join(" ← ", all);
    }

    /// <summary>A message without what stands between quotation marks, from the first to the last: a value may hold marks of its own.</summary>
    internal static string WithoutValues(string message)
    {
        var isCut = message.Length > LongestMessage;
        var text = isCut ? message[..LongestMessage] : message;
        foreach (var (open, close) in Quotes)
        {
            var first = FirstOf(text, open);
            if (first < 0)
                continue;
            var last = text.LastIndexOf(close);
            var isOpen = isCut || last <= first || (open == '"' && text.Count(one => one == open) % 2 == 1);
            text = text[..first] + Value + (isOpen ? "" : text[(last + 1)..]);
        }

        return SafeText.Of(text, LongestMessage + Value.Length) + (isCut ? "…" : "");
    }

    /// <summary>Names of the schema, which are no values.</summary>
    private static string AboutOf(PostgresException postgres)
    {
        var about = new[] { ("table", postgres.TableName), ("column", postgres.ColumnName), ("constraint", postgres.ConstraintName) }
            .Where(part => !string.IsNullOrEmpty(part.Item2)).Select(part => $"{part.Item1} {part.Item2}").ToList();
        return about.Count == 0 ? "" : $" ({string.Join(", ", about)})";
    }

    private static string One(Exception exception) => exception switch
    {
        PostgresException postgres => $"{NameOf(postgres)}: {WithoutValues(postgres.MessageText)}",
        // A path in the data folder is no value of anybody, and the only thing that helps.
        IOException or UnauthorizedAccessException => $"{NameOf(exception)}: {SafeText.Of(exception.Message, LongestMessage)}",
        _ => $"{NameOf(exception)}: {WithoutValues(exception.Message)}",
    };

    /// <summary>An apostrophe inside a word quotes nothing.</summary>
    private static int FirstOf(string text, char open)
    {
        for (var at = text.IndexOf(open, StringComparison.Ordinal); at >= 0; at = text.IndexOf(open, at + 1))
        {
            if (open != '\'' || at == 0 || !char.IsLetterOrDigit(text[at - 1]))
                return at;
        }

        return -1;
    }
}
