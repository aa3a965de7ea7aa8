using System.Globalization;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using static OpenGov.Portal.Text;

namespace OpenGov.Portal.Secretariat;

/// <summary>Who sits in the secretariat, for how long, and by which rules it works.</summary>
internal static class ShowSecretariat
{
    // A day of an exercise: what a person mistypes is none.
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    public static async Task<IResult> FirstAsync(HttpContext http, SecretariatClient secretariats, string? dia)
    {
        var all = await secretariats.SecretariatsAsync();
        if (all is not { Ok: true, Value.Items: { } items })
            return Pages.For(http, all);
        return items.Count == 0 ? Pages.Of<NoSecretariatPage>() : await OneAsync(http, secretariats, items[0].Id, dia);
    }

    /// <param name="dia">The day of which its integration is shown, as yyyy-MM-dd; today where it is missing.</param>
    public static async Task<IResult> OneAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? dia)
    {
        var form = new FormState().Set("dia", dia);
        DateOnly? day = DateOnly.TryParseExact(dia, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) && asked.Year is >= FirstYear and <= LastYear ? asked : null;
        if (day is null && !string.IsNullOrWhiteSpace(dia))
            form.Refuse("dia", T("secretariat.dayInvalid", FirstYear, LastYear));
        var (all, one, members) = (secretariats.SecretariatsAsync(), secretariats.SecretariatAsync(id, day), secretariats.MembershipsAsync(id));
        await Task.WhenAll(all, one, members);
        var answer = await one;
        return answer is { Ok: true, Value: { } secretariat }
            ? Pages.Of<SecretariatPage>(new SecretariatModel(secretariat, (await members).Value?.Items ?? [], (await all).Value?.Items ?? [], day, form))
            : Pages.For(http, answer);
    }

    /// <summary>The state's own and those of its regions and municipalities, each below its own.</summary>
    public static async Task<IResult> AllAsync(HttpContext http, SecretariatClient secretariats)
    {
        var all = await secretariats.SecretariatsAsync();
        return all is { Ok: true, Value.Items: { } items } ? Pages.Of<SecretariatTreePage>(items) : Pages.For(http, all);
    }

    public static async Task<IResult> ActAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var answer = await secretariats.ActAsync(id);
        return answer is { Ok: true, Value: { } act } ? Pages.Of<InstallationActPage>(act) : Pages.For(http, answer);
    }

    /// <summary>Vacant seats and terms that end, for who sees to them.</summary>
    public static async Task<IResult> AlertsAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var (asked, alerts) = (secretariats.SecretariatAsync(id), secretariats.AlertsAsync(id));
        await Task.WhenAll(asked, alerts);
        if (await asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, await asked);
        return await alerts is { Ok: true, Value: { } found } ? Pages.Of<AlertsPage>(new AlertsModel(secretariat, found.Items)) : Pages.For(http, await alerts);
    }
}

/// <param name="All">Of the instance, this one among them.</param>
/// <param name="Day">The day that was asked for; null: today.</param>
public sealed record SecretariatModel(SecretariatView Secretariat, IReadOnlyList<HolderView> Memberships, IReadOnlyList<SecretariatLine> All, DateOnly? Day, FormState Form)
{
    /// <summary>Appointments that were not in force yet on the day.</summary>
    public IReadOnlyList<HolderView> ToCome => [.. Memberships.Where(row => row.From > Secretariat.On && row.EndedOn != row.From).OrderBy(row => row.From).ThenBy(row => row.SeatNumber)];

    /// <summary>Who no longer sat on the day. An appointment that was annulled before it began was no membership.</summary>
    public IReadOnlyList<HolderView> Former => [.. Memberships.Where(row => row.End <= Secretariat.On && row.End != row.From)];

    public SecretariatLine? Parent => All.FirstOrDefault(line => line.Id == Secretariat.ParentId);

    public IReadOnlyList<SecretariatLine> Below => [.. All.Where(line => line.ParentId == Secretariat.Id)];
}

public sealed record AlertsModel(SecretariatView Secretariat, IReadOnlyList<CompositionAlert> Alerts);
