using OpenGov.Portal.Http;

namespace OpenGov.Portal.Data;

internal static class ListDatasets
{
    public static async Task<IResult> HandleAsync(HttpContext http, TransparencyApi transparency)
    {
        var answer = await transparency.DatasetsAsync();
        return answer is { Ok: true, Value: { } list } ? Pages.Of<DatasetsPage>(list.Items) : Pages.Unavailable(http);
    }
}
