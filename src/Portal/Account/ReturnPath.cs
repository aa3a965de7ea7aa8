namespace OpenGov.Portal.Account;

/// <summary>Where to go after signing in: only a path of this portal, so that a link cannot send people elsewhere.</summary>
public static class ReturnPath
{
    public const string Parameter = "volver";

    public static string Safe(string? path) =>
        path is ['/', .. var rest] && !rest.StartsWith('/') && !rest.StartsWith('\\') && !path.Any(char.IsControl)
            ? path
            : "/cuenta";
}
