using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>Who takes part and agreed that everybody may read their name; of the others only how many (INV-51).</summary>
internal static class ShowPublicNames
{
    public const string Address = "/participa/personas";

    public static async Task<IResult> ListAsync(HttpContext http, RegistrationClient registrations, string? desde)
    {
        var (names, figures) = (registrations.PublicNamesAsync(desde), registrations.PublicNameFiguresAsync());
        var answer = await names;
        return answer is { Ok: true, Value: { } list } ? Pages.Of<PublicNamesPage>(new PublicNamesModel(list, (await figures).Value, desde)) : Pages.For(http, answer);
    }
}

/// <param name="Figures">Null where they could not be read.</param>
public sealed record PublicNamesModel(Listing<PublicName> Names, PublicNameFigures? Figures, string? Cursor);
