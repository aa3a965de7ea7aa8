using OpenGov.Portal.Http;

namespace OpenGov.Portal.Forms;

/// <param name="Field">Name of a field of the form; null for an error that belongs to none.</param>
public sealed record FieldError(string? Field, string Text);

/// <summary>
/// What a person typed and what was wrong with it. A form that is shown again keeps every text, except passwords, and the key
/// that makes its sending unique.
/// </summary>
public sealed class FormState
{
    /// <summary>Hidden field with the <c>Idempotency-Key</c> of this rendering of the form.</summary>
    public const string KeyField = "_clave";

    /// <summary>Hidden field with the version (<c>If-Match</c>) of what the person saw.</summary>
    public const string VersionField = "_version";

    /// <summary>Hidden field with the id of the privacy notice that stood above the form (INV-50).</summary>
    public const string NoticeField = "privacyNoticeId";

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly List<FieldError> errors = [];

    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);

    /// <summary>A field was drawn: the summary above the form, which was drawn before it, can name it.</summary>
    public Action? Named { get; set; }

    public IReadOnlyList<FieldError> Errors => errors;
    public bool HasErrors => errors.Count > 0;
    public string Key => Value(KeyField) is { Length: > 0 } key ? key : values[KeyField] = Guid.CreateVersion7().ToString();
    public string Version => Value(VersionField);

    /// <summary>The privacy notice that stood above the form.</summary>
    public Guid? Notice => Guid.TryParse(Value(NoticeField), out var id) ? id : null;

    public static async Task<FormState> ReadAsync(HttpRequest request)
    {
        var state = new FormState();
        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await ReadFormAsync(request))
                state.values[name] = value.ToString();
        }

        return state;
    }

    /// <exception cref="BadHttpRequestException">What was sent is no form: too many fields, or escapes that spell no text.</exception>
    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            throw new BadHttpRequestException("The form cannot be read.", StatusCodes.Status400BadRequest, unreadable);
        }
    }

    public FormState Set(string field, object? value)
    {
        values[field] = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        return this;
    }

    /// <summary>The text of a field as it was typed, without spaces around it; empty where there is none.</summary>
    public string Value(string field) => values.GetValueOrDefault(field, "").Trim();

    /// <summary>As typed, spaces and all: passwords.</summary>
    public string Raw(string field) => values.GetValueOrDefault(field, "");

    public string? ValueOrNull(string field) => Value(field) is { Length: > 0 } value ? value : null;

    public bool IsChecked(string field) => Value(field) == "true";

    /// <summary>Whole number, or null where the text is none; the service says what is wrong with it.</summary>
    public int? Number(string field) =>
        int.TryParse(Value(field), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    public DateOnly? Date(string field) =>
        DateOnly.TryParseExact(Value(field), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date) ? date : null;

    /// <summary>The same, where a text that is no date is an error beside its field: sent on as nothing, it would be lost.</summary>
    public DateOnly? TypedDate(string field)
    {
        var date = Date(field);
        if (date is null && Value(field).Length > 0)
            Refuse(field, Text.T("forms.notADate"));
        return date;
    }

    /// <summary>A whole number that may be left out, where a text that is none is an error beside its field: sent on as nothing, another number would be taken.</summary>
    public int? TypedNumber(string field)
    {
        var number = Number(field);
        if (number is null && Value(field).Length > 0)
            Refuse(field, Text.T("forms.notANumber"));
        return number;
    }

    /// <summary>An identifier that a person types or pastes; one that is none is an error beside its field.</summary>
    public Guid? TypedId(string field)
    {
        if (Guid.TryParse(Value(field), out var id))
            return id;
        if (Value(field).Length > 0)
            Refuse(field, Text.T("forms.notAnIdentifier"));
        return null;
    }

    /// <summary>As browsers send a moment, with seconds or without; a space is what people type where the browser offers no clock.</summary>
    private static readonly string[] MomentForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"];

    /// <summary>
    /// A moment of the instance's state, or null where there is none. A text that is none is refused here: the service would take it for missing.
    /// </summary>
    public DateTimeOffset? Moment(string field)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (DateTime.TryParseExact(Value(field), MomentForms, culture, System.Globalization.DateTimeStyles.None, out var moment))
            return Layout.Format.At(DateOnly.FromDateTime(moment), TimeOnly.FromDateTime(moment));
        if (Value(field).Length > 0)
            Refuse(field, Text.T("forms.momentInvalid"));
        return null;
    }

    public FormState SetMoment(string field, DateTimeOffset? moment) => Set(field, moment is { } at ? Layout.Format.Local(at).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture) : "");

    public string? ErrorOf(string field) => errors.Find(error => error.Field == field)?.Text;

    /// <summary>What people read beside the field; each field says it when it is drawn.</summary>
    public void Label(string field, string label)
    {
        if (HasErrors && labels.TryAdd(field, label))
            Named?.Invoke();
    }

    /// <summary>The reason as it stands alone, away from its field: "Título: Este dato es obligatorio."</summary>
    public string InSummary(FieldError error) => error.Field is { } field && labels.TryGetValue(field, out var label) ? $"{label.TrimEnd(':', '.')}: {error.Text}" : error.Text;

    public FormState Refuse(string? field, string text)
    {
        errors.Add(new FieldError(field, text));
        return this;
    }

    /// <summary>Takes over why a service refused: each reason to its field, by the service's own name for it.</summary>
    /// <param name="rename">The form's name of a service's field, where they differ.</param>
    public FormState Refuse<T>(Answer<T> answer, Func<string, string?>? rename = null)
    {
        var reasons = answer.Problem?.Errors ?? [];
        foreach (var reason in reasons)
            errors.Add(new FieldError(FieldOf(reason.Field, rename), reason.Detail ?? answer.Reason));
        if (reasons.Count == 0)
            errors.Add(new FieldError(null, answer.Reason));
        return this;
    }

    /// <summary>A field name, a dotted name or a JSON pointer as the dotted name that forms use: /guarantor/name is guarantor.name.</summary>
    private static string? FieldOf(string? field, Func<string, string?>? rename)
    {
        if (string.IsNullOrEmpty(field))
            return null;
        var name = field.TrimStart('/').Replace('/', '.');
        return rename?.Invoke(name) ?? name;
    }
}

/// <param name="Value">What is sent.</param>
public sealed record Choice(string Value, string Text);
