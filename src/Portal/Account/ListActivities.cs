using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>The activities of the institutions that the signed-in person may act for.</summary>
internal static class ListActivities
{
    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ActionPlansApi plans, string? desde, string? listo)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var answer = await plans.MyActivitiesAsync(desde);
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<ActivitiesPage>(new ActivitiesModel(list, desde, listo))
            : Pages.For(http, answer);
    }
}

public sealed record ActivitiesModel(Listing<MyActivity> Activities, string? Cursor, string? Done);
