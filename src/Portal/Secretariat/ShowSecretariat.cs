using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>Who sits in the secretariat, for how long, and by which rules it works.</summary>
internal static class ShowSecretariat
{
    public static async Task<IResult> FirstAsync(HttpContext http, SecretariatClient secretariats)
    {
        var all = await secretariats.SecretariatsAsync();
        if (all is not { Ok: true, Value.Items: { } items })
            return Pages.For(http, all);
        return items.Count == 0 ? Pages.Of<NoSecretariatPage>() : await OneAsync(http, secretariats, items[0].Id);
    }

    public static async Task<IResult> OneAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var (all, one, members) = (secretariats.SecretariatsAsync(), secretariats.SecretariatAsync(id), secretariats.MembershipsAsync(id));
        await Task.WhenAll(all, one, members);
        var answer = await one;
        return answer is { Ok: true, Value: { } secretariat }
            ? Pages.Of<SecretariatPage>(new SecretariatModel(secretariat, (await members).Value?.Items ?? [], [.. ((await all).Value?.Items ?? []).Where(line => line.Id != id)]))
            : Pages.For(http, answer);
    }
}

public sealed record SecretariatModel(SecretariatView Secretariat, IReadOnlyList<HolderView> Memberships, IReadOnlyList<SecretariatLine> Others);
