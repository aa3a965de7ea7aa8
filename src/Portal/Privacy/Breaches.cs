using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>The register of breaches: recorded when they are known, completed as people are told and measures are taken.</summary>
internal static class Breaches
{
    public const string Fields = "knownAt occurredOn what dataKinds peopleAffected measures authorityNotifiedAt peopleNotifiedAt";

    public static Task<IResult> ListAsync(HttpContext http, PrivacyClient privacy, string? listo) => ListPageAsync(http, privacy, new FormState(), listo);

    public static async Task<IResult> RecordAsync(HttpContext http, PrivacyClient privacy)
    {
        var form = await FormState.ReadAsync(http.Request);
        var body = Body(form);
        if (form.HasErrors)
            return await ListPageAsync(http, privacy, form, null);
        var answer = await privacy.RecordBreachAsync(body, form.Key);
        return answer.Ok ? Pages.See("/administracion/vulneraciones?listo=breach_recorded") : await ListPageAsync(http, privacy, form.Refuse(answer), null);
    }

    public static async Task<IResult> ShowAsync(HttpContext http, PrivacyClient privacy, Guid id)
    {
        var answer = await privacy.BreachAsync(id);
        return answer is { Ok: true, Value: { } breach } ? Pages.Of<BreachPage>(new BreachModel(breach, From(breach))) : Pages.For(http, answer);
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, PrivacyClient privacy, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var body = Body(form);
        var answer = form.HasErrors ? null : await privacy.ChangeBreachAsync(id, body, form.Version);
        if (answer is { Ok: true })
            return Pages.See("/administracion/vulneraciones?listo=breach_changed");
        var current = await privacy.BreachAsync(id);
        if (current is not { Ok: true, Value: { } breach })
            return Pages.For(http, current);
        if (answer is not null)
            form.Refuse(answer);
        // Somebody else completed it meanwhile, or a reminder went out: sent again, it is over what is stored now, which stands above the form.
        if (answer is { Stale: true })
            form.Set(FormState.VersionField, breach.Version);
        return Pages.Of<BreachPage>(new BreachModel(breach, form), answer switch { { Away: true } => 503, { Stale: true } => answer.Status, _ => StatusCodes.Status422UnprocessableEntity });
    }

    private static object Body(FormState form) => new
    {
        knownAt = form.Moment("knownAt"),
        occurredOn = form.Date("occurredOn"),
        what = form.ValueOrNull("what"),
        dataKinds = form.ValueOrNull("dataKinds"),
        peopleAffected = form.Number("peopleAffected"),
        measures = form.ValueOrNull("measures"),
        authorityNotifiedAt = form.Moment("authorityNotifiedAt"),
        peopleNotifiedAt = form.Moment("peopleNotifiedAt"),
    };

    private static FormState From(BreachView breach) => new FormState()
        .SetMoment("knownAt", breach.KnownAt)
        .Set("occurredOn", Layout.Format.Iso(breach.OccurredOn))
        .Set("what", breach.What)
        .Set("dataKinds", breach.DataKinds)
        .Set("peopleAffected", breach.PeopleAffected)
        .Set("measures", breach.Measures)
        .SetMoment("authorityNotifiedAt", breach.AuthorityNotifiedAt)
        .SetMoment("peopleNotifiedAt", breach.PeopleNotifiedAt)
        .Set(FormState.VersionField, breach.Version);

    private static async Task<IResult> ListPageAsync(HttpContext http, PrivacyClient privacy, FormState form, string? done)
    {
        var answer = await privacy.BreachesAsync();
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<BreachesPage>(new BreachesModel(list.Items, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}

public sealed record BreachesModel(IReadOnlyList<BreachView> Breaches, FormState Form, string? Done);

/// <param name="Breach">As it is stored now.</param>
public sealed record BreachModel(BreachView Breach, FormState Form);
