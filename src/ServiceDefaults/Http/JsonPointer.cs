using System.Text;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>RFC 6901 pointers, so that an error in a document says where it is.</summary>
public static class JsonPointer
{
    public static string Of(params object[] segments)
    {
        var pointer = new StringBuilder();
        foreach (var segment in segments)
            pointer.Append('/').Append(segment.ToString()!.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }

    /// <summary>System.Text.Json reports <c>$.commitments[0].title</c>; a pointer says <c>/commitments/0/title</c>.</summary>
    public static string FromPath(string path) => path
        .TrimStart('$')
        .Replace("['", "/", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
        .Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal);
}
