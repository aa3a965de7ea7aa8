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

    /// <summary>For bodies and queries: ids of public objects, and of one of each kind that addresses name; no caller's account, or they would end each other's posts.</summary>
    public async Task<IReadOnlyList<string>> KnownIdsAsync(KnownObjects objects)
    {
        var ids = new HashSet<string>(objects.Ids.Except(Callers.Select(caller => caller.AccountId).OfType<string>()), StringComparer.Ordinal);
        foreach (var path in new[]
                 {
                     "/api/participants/v1/organisations", "/api/participants/v1/legal-profiles", "/api/action-plans/v1/plans", "/api/action-plans/v1/commitments/MX-MEX-PAL01-C01",
                 })
        {
            Collect(await SendAsync(Nobody, HttpMethod.Get, path), ids);
        }

        ids.Count.ShouldBeGreaterThan(50);
        return [.. ids.Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Addresses of things that exist, somebody's and the caller's own, as the access table is tried on them. Left out is what would take the
    /// institutions away for which the callers act.
    /// </summary>
    public async Task<ILookup<(string Operation, string Caller), string>> ThingsAsync(KnownObjects objects, IReadOnlyList<ApiOperation> operations)
    {
        var requests = await MatrixRequests.PrepareAsync(this, objects);
        var ownOf = MatrixRequests.Variants.Where(variant => variant.Name != variant.Operation).ToLookup(variant => variant.Operation, variant => variant.Name, StringComparer.Ordinal);
        return (from operation in operations
                where operation.Path.Contains('{', StringComparison.Ordinal) && !NotOnKnown.ContainsKey(operation.Name)
                from caller in Callers
                from name in ownOf[operation.Name].Append(operation.Name)
                select ((operation.Name, caller.Name), requests.Of(operation, caller, name).Path.Split('?')[0])).Distinct().ToLookup(thing => thing.Item1, thing => thing.Item2);
    }

    /// <summary>Operations that are fuzzed on nothing that exists, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotOnKnown { get; } = new Dictionary<string, string>(MatrixRequests.OnUnknownOnly, StringComparer.Ordinal)
    {
        ["POST /api/participants/v1/organisations/{id}/succession"] = "the liaison would act for nobody any more",
    };

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
