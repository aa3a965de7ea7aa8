namespace OpenGov.SystemTests.Security;

/// <summary>
/// Personal data and secrets that are put into a system to be searched for afterwards. Each holds a mark of its own, letters and digits of ASCII alone: however
/// a log, a table or a message escapes the text around it, the mark stays what it is.
/// </summary>
internal sealed class Canaries
{
    private readonly Dictionary<string, (string Text, string[] Sought)> all = new(StringComparer.Ordinal);

    public string this[string what] => all[what].Text;

    public IEnumerable<string> Kinds => all.Keys;

    public IEnumerable<string> Marks => all.Values.SelectMany(canary => canary.Sought);

    /// <param name="text">Makes the canary of its mark.</param>
    public void Add(string what, Func<string, string> text)
    {
        var mark = Guid.NewGuid().ToString("N")[..12];
        all.Add(what, (text(mark), [mark]));
        all[what].Text.ShouldContain(mark);
    }

    /// <summary>What the system itself made up at random.</summary>
    /// <param name="otherwise">Further ways to write it down, as bytes or without what only people need.</param>
    public void AddSecret(string what, string secret, params string[] otherwise)
    {
        secret.Length.ShouldBeGreaterThanOrEqualTo(12, what);
        all.Add(what, (secret, [secret, .. otherwise.Where(other => other != secret)]));
    }

    public bool AreIn(string what, Func<string, bool> mentions) => all[what].Sought.Any(mentions);

    public bool AreIn(string what, string text) => AreIn(what, mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));
}
