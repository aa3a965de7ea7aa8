namespace OpenGov.Gateway.Caching;

/// <summary>What an operator sets (<c>Gateway:Cache:{name}</c>).</summary>
internal sealed record CacheSettings(bool Enabled, long Size, int LargestAnswer)
{
    private const int Megabyte = 1024 * 1024;

    public static CacheSettings From(IConfiguration configuration)
    {
        var cache = configuration.GetSection("Gateway:Cache");
        return new CacheSettings(
            cache.GetValue("Enabled", true),
            // Every page of a state's exercise with its compressed forms is some 20 MB.
            cache.GetValue("Megabytes", 64) * (long)Megabyte,
            // A dataset of some thousand rows; larger ones are streamed to whoever asks.
            cache.GetValue("LargestAnswerKilobytes", 1024) * 1024);
    }
}
