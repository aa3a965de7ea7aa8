using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class DescriptionTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task The_description_names_every_public_operation_with_its_refusals_and_no_internal_one()
    {
        var description = await (await service.Anonymous().GetAsync("/api/participants/openapi/v1.json")).JsonAsync();
        description.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var paths = description.GetProperty("paths").EnumerateObject().ToDictionary(path => path.Name, path => path.Value);
        paths.Keys.ShouldAllBe(path => path.StartsWith(Api, StringComparison.Ordinal));
        Answers("/organisations/{id}", "put").ShouldBe(["200", "400", "401", "403", "404", "409", "412", "422", "428"]);
        Answers("/sessions", "post").ShouldBe(["200", "202", "400", "401", "429"]);
        Answers("/instance", "get").ShouldBe(["200", "304", "400"]);
        foreach (var operation in paths.Values.SelectMany(path => path.EnumerateObject()))
            operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();

        IEnumerable<string> Answers(string path, string method) =>
            paths[Api + path].GetProperty(method).GetProperty("responses").EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal);
    }
}
