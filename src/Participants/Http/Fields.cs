using System.Globalization;
using System.Text;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Http;

/// <summary>Reads the fields of a request and collects what is wrong with each, so that a person sees all of it at once.</summary>
public sealed class Fields
{
    private const int EarliestYear = 1900;
    private const int LatestYear = 2200;

    private readonly List<Refusal> refusals = [];

    public IReadOnlyList<Refusal> Refusals => refusals;

    public bool AreRefused => refusals.Count > 0;

    /// <summary>Text as people mean it: NFC, without white space around it, doubled spaces or control characters.</summary>
    public string Text(string field, string? given, int minLength, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            Refuse(Refusal.Invalid(field, "field_required"));
            return "";
        }

        var text = OptionalText(field, given, maxLength);
        if (text is { Length: > 0 } && text.Length < minLength)
            Refuse(Refusal.Invalid(field, "field_too_short", minLength));
        return text ?? "";
    }

    /// <returns>Null where nothing but white space was given, or what was given is refused.</returns>
    public string? OptionalText(string field, string? given, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(given))
            return null;
        var text = Clean(given);
        if (text is null)
        {
            Refuse(Refusal.Invalid(field, "field_invalid"));
            return null;
        }

        if (text.Length > maxLength)
            Refuse(Refusal.Invalid(field, "field_too_long", maxLength));
        return text;
    }

    /// <summary>Text of several paragraphs: each line as <see cref="Text"/> would have it, at most one empty line between two.</summary>
    public string Paragraphs(string field, string? given, int minLength, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            Refuse(Refusal.Invalid(field, "field_required"));
            return "";
        }

        var lines = new List<string>();
        foreach (var line in given.Trim().ReplaceLineEndings("\n").Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                if (lines[^1].Length > 0)
                    lines.Add("");
            }
            else if (Clean(line) is { } clean)
            {
                lines.Add(clean);
            }
            else
            {
                Refuse(Refusal.Invalid(field, "field_invalid"));
                return "";
            }
        }

        var text = string.Join('\n', lines);
        if (text.Length < minLength)
            Refuse(Refusal.Invalid(field, "field_too_short", minLength));
        if (text.Length > maxLength)
            Refuse(Refusal.Invalid(field, "field_too_long", maxLength));
        return text;
    }

    public T Value<T>(string field, T? given) where T : struct
    {
        if (given is null)
            Refuse(Refusal.Invalid(field, "field_required"));
        else if (given is DateOnly day)
            Day(field, day);
        else if (given is DateTimeOffset moment)
            Day(field, DateOnly.FromDateTime(moment.UtcDateTime));
        return given.GetValueOrDefault();
    }

    /// <summary>A day that may be missing. Terms, notices and calendars count on from it: what lies at the end of time has no day after it.</summary>
    public DateOnly? Day(string field, DateOnly? given)
    {
        if (given?.Year is < EarliestYear or > LatestYear)
            Refuse(Refusal.Invalid(field, "date_out_of_range", EarliestYear, LatestYear));
        return given;
    }

    public T? From<T>(Result<T> result)
    {
        refusals.AddRange(result.Refusals);
        return result.IsRefused ? default : result.Value;
    }

    public void Add(Result result) => refusals.AddRange(result.Refusals);

    public void Refuse(Refusal refusal) => refusals.Add(refusal);

    private static string? Clean(string given)
    {
        var clean = new StringBuilder(given.Length);
        try
        {
            foreach (var rune in given.Normalize(NormalizationForm.FormC).Trim().EnumerateRunes())
            {
                if (Rune.IsWhiteSpace(rune))
                {
                    if (clean[^1] != ' ')
                        clean.Append(' ');
                    continue;
                }

                // Format characters include the marks that reverse the order of what is shown.
                if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned)
                    return null;
                clean.Append(rune.ToString());
            }
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair.
            return null;
        }

        return clean.Length == 0 ? null : clean.ToString();
    }
}
