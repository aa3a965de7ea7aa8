using System.Net;
using OpenGov.ActionPlans;

namespace OpenGov.ServiceTests.ServiceDefaults;

public sealed class HealthTests(ServiceHost<ActionPlansDb> service) : IClassFixture<ServiceHost<ActionPlansDb>>
{
    [Theory]
    [InlineData("/alive")]
    [InlineData("/health")]
    public async Task A_service_with_its_database_is_alive_and_ready(string address)
    {
        using var client = service.Client();
        await Eventually.ShouldBeAsync(async () => (await client.GetAsync(address)).StatusCode, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unknown_addresses_are_problem_details_with_a_stable_code()
    {
        using var client = service.Client();
        var answer = await client.GetAsync("/api/action-plans/v1/nothing-here");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"not_found\"");
    }
}
