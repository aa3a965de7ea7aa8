using System.Globalization;

namespace OpenGov.Transparency.Datasets;

/// <summary>Times as the datasets print them: UTC to the millisecond.</summary>
internal static class IsoTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
