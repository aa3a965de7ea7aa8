using System.Globalization;

namespace OpenGov.Portal.Http;

internal static class Query
{
    /// <summary>A query string of the parameters that have a value.</summary>
    public static string Of(params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var pairs = new List<KeyValuePair<string, string?>>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null and not "")
                pairs.Add(new(name, Convert.ToString(value, CultureInfo.InvariantCulture)));
        }

        return QueryString.Create(pairs).ToString();
    }
}
