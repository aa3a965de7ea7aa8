using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The value of a parameter that the configuration does not give.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value. With all kinds of characters allowed, 22 of them carry more than 128 bits.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz", UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ", Digits = "0123456789", Specials = "-_.{}~()*+!";

    public int MinLength { get; set; }
    public bool Lower { get; set; } = true;
    public bool Upper { get; set; } = true;
    public bool Numeric { get; set; } = true;
    public bool Special { get; set; } = true;
    public int MinLower { get; set; }
    public int MinUpper { get; set; }
    public int MinNumeric { get; set; }
    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        (string Characters, bool Allowed, int Minimum)[] kinds =
            [(LowerCase, Lower, MinLower), (UpperCase, Upper, MinUpper), (Digits, Numeric, MinNumeric), (Specials, Special, MinSpecial)];
        var alphabet = string.Concat(kinds.Where(k => k.Allowed).Select(k => k.Characters));
        var value = string.Concat(kinds.Where(k => k.Allowed).Select(k => RandomNumberGenerator.GetString(k.Characters, k.Minimum)));
        value += RandomNumberGenerator.GetString(alphabet, Math.Max(0, MinLength - value.Length));
        var characters = value.ToCharArray();
        RandomNumberGenerator.Shuffle(characters.AsSpan());
        return new string(characters);
    }
}

/// <summary>A value given by the configuration (<c>Parameters:{name}</c>) or made once and kept.</summary>
public class ParameterResource : Resource, IValueProvider, IManifestExpressionProvider
{
    private readonly Lazy<string> _value;

    internal ParameterResource(string name, Func<string> value, bool secret) : base(name)
    {
        _value = new Lazy<string>(value);
        Secret = secret;
    }

    public bool Secret { get; }

    public string ValueExpression => $"{{{Name}.value}}";

    internal string Current => _value.Value;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Current);
}
