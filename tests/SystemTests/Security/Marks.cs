using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>Hostile texts, numbered so that each can be found again and told apart.</summary>
public sealed class Marks
{
    /// <summary>Script in elements, attributes and styles, templates, SQL and formats. It begins as a formula does.</summary>
    public const string Hostile = "=1+1<script>window.__ran=1;alert(1)</script>\"'><img src=/x onerror=window.__ran=2><svg/onload=alert(3)>{{7*7}}${7*7}'; drop table x;--%0d%0a&lt;b&gt;";

    private static int last = 1000;
    private readonly Dictionary<int, (string Place, string Text, string? Former)> texts = [];

    public int Count => texts.Count;

    public IReadOnlyCollection<int> All => texts.Keys;

    public string New(string place) => Text(place, 10);

    /// <summary>Begins as a formula does; then the mark, then as much of the hostile text as fits.</summary>
    /// <param name="former">What stands there where the hostile text is refused.</param>
    public string Text(string place, int length, string? former = null)
    {
        var mark = Interlocked.Increment(ref last);
        var text = $"=M{mark}M{Hostile}";
        text = text[..Math.Min(text.Length, Math.Max(length, 8))].Trim();
        texts[mark] = (place, text, former);
        return text;
    }

    public IReadOnlyList<int> In(string text) => [.. texts.Keys.Where(mark => text.Contains($"M{mark}M", StringComparison.Ordinal))];

    /// <summary>As it was written, or cut short with an ellipsis; never changed on the way.</summary>
    public bool IsLiteral(int mark, string page)
    {
        var text = texts[mark].Text;
        for (var at = page.IndexOf($"=M{mark}M", StringComparison.Ordinal); at >= 0; at = page.IndexOf($"=M{mark}M", at + 1, StringComparison.Ordinal))
        {
            // Cells that hold a list show its JSON.
            var json = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            if (!Begins(text, page, at) && !Begins(json, page, at))
                return false;
        }

        return true;
    }

    public string Where(int mark) => texts[mark].Place;

    /// <summary>Puts the former texts back where the named fields are refused; all of the document's where none of them is found.</summary>
    /// <param name="fields">JSON pointers, or names with points between.</param>
    /// <returns>Whether there was one to put back.</returns>
    public bool GiveBack(JsonNode document, IEnumerable<string> fields)
    {
        var refused = fields.Select(field => "/" + field.TrimStart('/').Replace('.', '/')).ToList();
        return GiveBack(document, "", refused) || GiveBack(document, "", [""]);
    }

    /// <summary>What was refused is on no page.</summary>
    public void Forget(string written)
    {
        foreach (var mark in In(written))
            texts.Remove(mark);
    }

    private bool GiveBack(JsonNode? node, string path, IReadOnlyList<string> refused)
    {
        var given = false;
        foreach (var (name, child) in Children(node))
        {
            var at = $"{path}/{name}";
            if (child is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                if (!refused.Any(field => at == field || at.StartsWith(field + "/", StringComparison.Ordinal)) || In(value.GetValue<string>()) is not [var mark] || texts[mark].Former is not { } former)
                    continue;
                if (node is JsonArray list)
                    list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] = former;
                else
                    node![name] = former;
                texts.Remove(mark);
                given = true;
            }
            else
            {
                given |= GiveBack(child, at, refused);
            }
        }

        return given;
    }

    private static List<(string Name, JsonNode? Child)> Children(JsonNode? node) => node switch
    {
        JsonObject container => [.. container.Select(pair => (pair.Key, pair.Value))],
        JsonArray list => [.. list.Select((child, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), child))],
        _ => [],
    };

    private static bool Begins(string text, string page, int at)
    {
        var same = text.AsSpan().CommonPrefixLength(page.AsSpan(at));
        return same == text.Length || (at + same < page.Length && page[at + same] == '…');
    }
}
