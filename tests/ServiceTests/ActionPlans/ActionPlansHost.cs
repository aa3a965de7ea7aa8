using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGov.ActionPlans;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.ServiceTests.ActionPlans;

/// <summary>ActionPlans with an instance that is set up, three organisations, their liaisons and an executive secretary.</summary>
public sealed class ActionPlansHost : ServiceHost<ActionPlansDb>
{
    private readonly DateTimeOffset longAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Guid Secretary { get; } = Guid.CreateVersion7();
    public Guid Liaison { get; } = Guid.CreateVersion7();
    public Guid OtherLiaison { get; } = Guid.CreateVersion7();
    public Guid CivilLiaison { get; } = Guid.CreateVersion7();
    public Guid Guarantor { get; } = Guid.CreateVersion7();
    public Guid Toluca { get; } = Guid.CreateVersion7();
    public Guid Network { get; } = Guid.CreateVersion7();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await DeliverAsync(
            Owners.Participants,
            new InstanceConfiguredV1(Guid.CreateVersion7(), 1, "15", "MX-MEX", "México", "Gobierno abierto", Guarantor, "Infoem", "http://127.0.0.1:8080", ["es-MX"], true),
            new LegalProfileAdoptedV1(Guid.CreateVersion7(), 1, new DateOnly(2020, 1, 1), new LegalParameters(3, 15, 50, 100, 12, null), []),
            new OrganisationRegisteredV1(Guarantor, 1, new OrganisationDetails("Instituto de Transparencia del Estado de México", "Infoem", OrganisationKind.Guarantor, Sector.Guarantor, null)),
            new OrganisationRegisteredV1(Toluca, 1, new OrganisationDetails("Ayuntamiento de Toluca", null, OrganisationKind.Municipality, Sector.PublicBody, "15106")),
            new OrganisationRegisteredV1(Network, 1, new OrganisationDetails("Red Mexiquense de Gobierno Abierto", null, OrganisationKind.CivilSocietyOrganization, Sector.CivilSociety, null)),
            new StaffPostAssignedV1(Guid.CreateVersion7(), 1, Secretary, StaffRole.ExecutiveSecretary, longAgo, null),
            new MandateGrantedV1(Guid.CreateVersion7(), 1, Liaison, Guarantor, longAgo, null),
            new MandateGrantedV1(Guid.CreateVersion7(), 1, OtherLiaison, Toluca, longAgo, null),
            new MandateGrantedV1(Guid.CreateVersion7(), 1, CivilLiaison, Network, longAgo, null));
        using var secretary = Client(Secretary);
        (await secretary.PostAsJsonAsync("/api/action-plans/v1/exercise", new { title = "Ejercicio local", openedOn = "2020-01-15" })).EnsureSuccessStatusCode();
    }

    public Task<HttpResponseMessage> ImportAsync(JsonNode plan, string query = "") => ImportAsync(Encoding.UTF8.GetBytes(plan.ToJsonString()), query);

    public async Task<HttpResponseMessage> ImportAsync(byte[] plan, string query = "")
    {
        using var secretary = Client(Secretary);
        using var content = new ByteArrayContent(plan);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await secretary.PostAsync("/api/action-plans/v1/plans/import" + query, content);
    }

    public async Task<long> CountAsync(string table)
    {
#pragma warning disable CA2100 // Names of tables, written in tests.
        await using var command = Database.CreateCommand($"select count(*) from {table}");
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

public static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldNotBeEmpty($"{response.StatusCode}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The reasons of a problem as "pointer code".</summary>
    public static async Task<string[]> ReasonsAsync(this HttpResponseMessage response)
    {
        var problem = await response.JsonAsync();
        return problem.TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(error => $"{error.GetProperty("field").GetString()} {error.GetProperty("code").GetString()}")]
            : [problem.GetProperty("code").GetString()!];
    }
}
