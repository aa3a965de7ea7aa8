using OpenGov.Portal.Http;

namespace OpenGov.Portal.Minutes;

/// <summary>The minutes of a session to read, check, print and sign.</summary>
internal static class ShowMinutes
{
    /// <param name="version">An earlier one; the last where it is missing.</param>
    public static async Task<IResult> OneAsync(HttpContext http, MinutesClient client, Guid id, int? version)
    {
        var answer = await client.OneAsync(id);
        if (answer is not { Ok: true, Value: { } minutes })
            return Pages.For(http, answer);
        if (version is not { } number || number == minutes.Last.Number)
            return Pages.Of<MinutesPage>(new MinutesModel(minutes, minutes.Last, minutes.Content));
        if (minutes.Versions.FirstOrDefault(one => one.Number == number) is not { } asked)
            return Pages.NotFound(http);
        var former = await client.VersionAsync(id, number);
        return former is { Ok: true, Value: { } content } ? Pages.Of<MinutesPage>(new MinutesModel(minutes, asked, content)) : Pages.For(http, former);
    }
}

/// <param name="Shown">The version that <paramref name="Content"/> is.</param>
public sealed record MinutesModel(MinutesView Minutes, MinutesVersionView Shown, MinutesContent Content)
{
    public bool IsLast => Shown.Number == Minutes.Last.Number;

    public string Address => $"/sesiones/{Minutes.SessionId}/acta";
}
