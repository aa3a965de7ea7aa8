using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>Enumerations are stored, as they travel, under the specification's UPPER_SNAKE codes: <c>NOT_STARTED</c>.</summary>
public static class EnumCodes
{
    public static string Code<T>(this T value) where T : struct, Enum => Codes<T>.ByValue[value];

    /// <returns>False for a code that the enumeration does not have.</returns>
    public static bool TryParse<T>(string? code, out T value) where T : struct, Enum
    {
        value = default;
        return code is not null && Codes<T>.ByCode.TryGetValue(code, out value);
    }

    public static T Parse<T>(string code) where T : struct, Enum =>
        TryParse<T>(code, out var value) ? value : throw new FormatException($"{code} is not a {typeof(T).Name}.");

    internal static ValueConverter ConverterFor(Type type) =>
        (ValueConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(type))!;

    private sealed class Converter<T>() : ValueConverter<T, string>(value => value.Code(), code => Parse<T>(code))
        where T : struct, Enum;

    private static class Codes<T> where T : struct, Enum
    {
        internal static readonly FrozenDictionary<T, string> ByValue = Enum.GetValues<T>()
            .ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));

        internal static readonly FrozenDictionary<string, T> ByCode = ByValue
            .ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
