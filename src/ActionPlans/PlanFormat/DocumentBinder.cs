using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.ActionPlans.PlanFormat.DocumentErrors;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>
/// Binds a JSON document to the format's records and collects every error on the way, where a serializer stops at the first.
/// A value that cannot be bound is left at its default, so what follows may only use the result when there are no errors.
/// </summary>
internal sealed class DocumentBinder(DocumentErrors errors)
{
    private static readonly ConcurrentDictionary<Type, Shape> Shapes = new();
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public T? Bind<T>(JsonElement element) where T : class => (T?)Record(element, typeof(T), "");

    private object? Record(JsonElement element, Type type, string pointer)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, "type_expected_object");
            return null;
        }

        var shape = Shapes.GetOrAdd(type, static type => new Shape(type));
        var record = RuntimeHelpers.GetUninitializedObject(type);
        shape.SetDefaults(record);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (errors.Full)
                return record;
            if (NameOf(property) is not { } name)
                errors.Add(pointer, "text_not_unicode");
            else if (!seen.Add(name))
                errors.Add(At(pointer, Shorten(name)), "member_repeated");
            else if (!shape.Members.TryGetValue(name, out var member))
                errors.Add(At(pointer, Shorten(name)), "member_unknown");
            else
                BindMember(record, member, property.Value, At(pointer, name));
        }

        foreach (var member in shape.Members.Values.Where(member => member.Required && !seen.Contains(member.Name)))
            errors.Add(At(pointer, member.Name), "field_required");
        return record;
    }

    private void BindMember(object record, Member member, JsonElement value, string pointer)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            if (!member.Nullable)
                errors.Add(pointer, "field_required");
            return;
        }

        var bound = member.ItemType is { } itemType
            ? List(value, itemType, member, pointer)
            : Scalar(value, member.Type, pointer, member.MaxLength, member.Pattern, member.Range);
        if (bound is not null)
            member.Property.SetValue(record, bound);
    }

    private object? List(JsonElement element, Type itemType, Member member, string pointer)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            errors.Add(pointer, "type_expected_array");
            return null;
        }

        if (element.GetArrayLength() > member.MaxLength)
        {
            errors.Add(pointer, "list_too_long", member.MaxLength, element.GetArrayLength());
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            var bound = Scalar(item, itemType, At(pointer, index++), member.Items?.MaxLength, member.Items?.Pattern, range: null);
            if (bound is not null)
                list.Add(bound);
        }

        return list;
    }

    private object? Scalar(JsonElement value, Type type, string pointer, int? maxLength, string? pattern, RangeAttribute? range)
    {
        if (type == typeof(string))
            return Text(value, pointer, maxLength, pattern);
        if (type == typeof(int))
            return Number(value, pointer, range);
        if (type == typeof(bool))
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Refuse(pointer, "type_expected_boolean");
        if (type == typeof(DateOnly))
            return ShortText(value) is { } date && DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 1900
                ? day
                : Refuse(pointer, "date_invalid");
        if (type == typeof(Guid))
            return ShortText(value) is { } id && Guid.TryParseExact(id, "D", out var guid) ? guid : Refuse(pointer, "id_invalid");
        if (type.IsEnum)
        {
            var codes = EnumNames.Of(type);
            return ShortText(value) is { } code && codes.TryGetValue(code, out var member) ? member : Refuse(pointer, "code_unknown", string.Join(", ", codes.Keys));
        }

        return Record(value, type, pointer);
    }

    private string? Text(JsonElement value, string pointer, int? maxLength, string? pattern)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add(pointer, "type_expected_text");
            return null;
        }

        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its other half.
            errors.Add(pointer, "text_not_unicode");
            return null;
        }

        if (text.Length > maxLength)
            errors.Add(pointer, "field_too_long", maxLength);
        else if (text.AsSpan().ContainsAny(UnwantedCharacters.All))
            errors.Add(pointer, "text_has_control_characters");
        else if (string.IsNullOrWhiteSpace(text))
            errors.Add(pointer, "text_empty");
        else if (pattern is not null && !Patterns.GetOrAdd(pattern, static pattern => new Regex(pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1))).IsMatch(text))
            errors.Add(pointer, "form_invalid", pattern);
        else
            return text;
        return null;
    }

    private object? Number(JsonElement value, string pointer, RangeAttribute? range)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return Refuse(pointer, "type_expected_number");
        // Also 1e400 and numbers of a thousand digits: they are no 32-bit whole number.
        if (!value.TryGetInt32(out var number))
            return Refuse(pointer, "number_not_whole");
        return range is not null && (number < (int)range.Minimum || number > (int)range.Maximum)
            ? Refuse(pointer, "number_out_of_range", range.Minimum, range.Maximum)
            : number;
    }

    private object? Refuse(string pointer, string code, params object?[] args)
    {
        errors.Add(pointer, code, args);
        return null;
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>The text of a short string value, or null for anything else.</returns>
    private static string? ShortText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 60 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shorten(string name) =>
        name.Length <= 60 && !name.AsSpan().ContainsAny(UnwantedCharacters.All) ? name : string.Concat(name.Where(character => !char.IsControl(character)).Take(60)) + "…";

    private sealed class Member
    {
        public Member(PropertyInfo property)
        {
            Property = property;
            Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            Type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Nullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
            Required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
            ItemType = Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? Type.GetGenericArguments()[0] : null;
            MaxLength = property.GetCustomAttribute<MaxLengthAttribute>()?.Length;
            Pattern = property.GetCustomAttribute<RegularExpressionAttribute>()?.Pattern;
            Range = property.GetCustomAttribute<RangeAttribute>();
            Items = property.GetCustomAttribute<ItemsAttribute>();
        }

        public PropertyInfo Property { get; }
        public string Name { get; }
        public Type Type { get; }
        public bool Nullable { get; }
        public bool Required { get; }
        public Type? ItemType { get; }
        public int? MaxLength { get; }
        public string? Pattern { get; }
        public RangeAttribute? Range { get; }
        public ItemsAttribute? Items { get; }
    }

    private sealed class Shape
    {
        private readonly (PropertyInfo Property, Array Empty)[] lists;

        public Shape(Type type)
        {
            Members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is not null)
                .Select(property => new Member(property))
                .ToDictionary(member => member.Name, StringComparer.Ordinal);
            lists = Members.Values
                .Where(member => member.ItemType is not null)
                .Select(member => (member.Property, Array.CreateInstance(member.ItemType!, 0)))
                .ToArray();
        }

        public Dictionary<string, Member> Members { get; }

        /// <summary>A record made without its constructor has null where it promises an empty list.</summary>
        public void SetDefaults(object record)
        {
            foreach (var (property, empty) in lists)
                property.SetValue(record, empty);
        }
    }

    private static class EnumNames
    {
        private static readonly ConcurrentDictionary<Type, Dictionary<string, object>> Known = new();

        public static Dictionary<string, object> Of(Type type) => Known.GetOrAdd(type, static type => Enum.GetValues(type).Cast<object>()
            .ToDictionary(value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()!), StringComparer.Ordinal));
    }
}
