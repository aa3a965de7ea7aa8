using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>A system that tests may bend: what is sent to it need not leave it usable for others. Rates are not limited, sizes and times are.</summary>
public sealed class HammeredSystem : SecuredSystem
{
    protected override IEnumerable<(string Process, string Name, string Value)> Settings =>
    [
        .. base.Settings,
        .. new[] { "Reads", "Writes", "SignIns", "Subscriptions" }.Select(kind => ("gateway", $"Gateway__Limits__{kind}__Burst", "0")),
    ];

    protected override bool KeepsConnections => false;

    /// <summary>Ids of public objects, so that calls reach something; no account's, or the callers would end each other's posts.</summary>
    public async Task<IReadOnlyList<string>> KnownIdsAsync()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in new[]
                 {
                     "/api/participants/v1/organisations", "/api/participants/v1/legal-profiles", "/api/action-plans/v1/plans", "/api/action-plans/v1/commitments/MX-MEX-PAL01-C01",
                 })
        {
            Collect(await SendAsync(Nobody, HttpMethod.Get, path), ids);
        }

        ids.Count.ShouldBeGreaterThan(5);
        return [.. ids.Order(StringComparer.Ordinal)];
    }

    private static void Collect(JsonNode? node, HashSet<string> ids)
    {
        if (node is JsonObject container)
        {
            if (container["id"] is JsonValue id && Guid.TryParse(id.ToString(), out _))
                ids.Add(id.ToString());
            foreach (var (_, child) in container)
                Collect(child, ids);
        }
        else if (node is JsonArray list)
        {
            foreach (var child in list)
                Collect(child, ids);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class HammeredSystemCollection : ICollectionFixture<HammeredSystem>
{
    public const string Name = "the hammered system";
}
