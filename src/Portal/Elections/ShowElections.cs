using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Elections;

/// <summary>Elections as everybody sees them: candidates, days and roll; sums and who won once it is proclaimed.</summary>
internal static class ShowElections
{
    public static async Task<IResult> ListAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id, string? cursor)
    {
        var (asked, list) = (secretariats.SecretariatAsync(id), elections.ListAsync(id, cursor));
        await Task.WhenAll(asked, list);
        if (await asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, await asked);
        return await list is { Ok: true, Value: { } found } ? Pages.Of<ElectionsPage>(new ElectionsModel(secretariat, found)) : Pages.For(http, await list);
    }

    public static async Task<IResult> OneAsync(HttpContext http, ElectionsClient elections, Guid id)
    {
        var answer = await elections.OneAsync(id);
        return answer is { Ok: true, Value: { } election } ? Pages.Of<ElectionPage>(election) : Pages.For(http, answer);
    }

    public static async Task<IResult> RollAsync(HttpContext http, ElectionsClient elections, Guid id, string? cursor)
    {
        var (asked, list) = (elections.OneAsync(id), elections.RollAsync(id, cursor));
        await Task.WhenAll(asked, list);
        if (await asked is not { Ok: true, Value: { } election })
            return Pages.For(http, await asked);
        return await list is { Ok: true, Value: { } roll } ? Pages.Of<RollPage>(new RollModel(election, roll)) : Pages.For(http, await list);
    }
}

public sealed record ElectionsModel(SecretariatView Secretariat, Listing<ElectionLine> Elections);

public sealed record RollModel(ElectionView Election, Listing<RollLine> Roll);
