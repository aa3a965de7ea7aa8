using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Participate;

internal static class MyRegistrations
{
    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, RegistrationClient registrations, string? listo)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var answer = await registrations.MineAsync();
        return answer is { Ok: true, Value: { } mine } ? Pages.Of<MyRegistrationsPage>(new MyRegistrationsModel(mine.Items, listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> WithdrawAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var answer = await registrations.WithdrawAsync(id);
        // Withdrawn before, in another tab: the page shows how it stands.
        return answer.Ok || answer.Status == StatusCodes.Status409Conflict
            ? Pages.See("/participa/mis-registros" + (answer.Ok ? "?listo=registration_withdrawn" : ""))
            : Pages.For(http, answer);
    }
}

public sealed record MyRegistrationsModel(IReadOnlyList<MyRegistration> Registrations, string? Done);
