namespace OpenGov.SampleLoader;

/// <param name="Gateway">Origin of the instance, for example http://127.0.0.1:8080.</param>
/// <param name="SetupLink">One-time set-up link; not needed when <paramref name="AccountsFile"/> exists from an earlier run.</param>
/// <param name="Smtp">host:port of the mail catcher.</param>
/// <param name="MailPage">Origin of the mail catcher's page and REST API.</param>
/// <param name="AccountsFile">Where the generated accounts are kept (mode 0600), so that a second run can go on.</param>
internal sealed record Options(Uri Gateway, string? SetupLink, string? Smtp, Uri? MailPage, string AccountsFile)
{
    public const string Usage = """
        OpenGov.SampleLoader --gateway URL [--setup-link URL] [--smtp HOST:PORT] [--mail-page URL] [--accounts FILE]
          --gateway     origin of the instance
          --setup-link  the one-time link that an instance which is not set up prints
          --smtp        the mail catcher's SMTP address
          --mail-page   the mail catcher's page; the sample follower's confirmation is read there
          --accounts    file that keeps the generated accounts (default: sample-accounts.json)
        """;

    public static Options? Parse(string[] args)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || args[i] is not ("--gateway" or "--setup-link" or "--smtp" or "--mail-page" or "--accounts"))
                return null;
            values[args[i]] = args[i + 1];
        }

        return values.TryGetValue("--gateway", out var gateway) && Uri.TryCreate(gateway, UriKind.Absolute, out var origin)
            ? new Options(
                origin,
                values.GetValueOrDefault("--setup-link"),
                values.GetValueOrDefault("--smtp"),
                values.TryGetValue("--mail-page", out var page) ? new Uri(page) : null,
                values.GetValueOrDefault("--accounts", "sample-accounts.json"))
            : null;
    }
}
