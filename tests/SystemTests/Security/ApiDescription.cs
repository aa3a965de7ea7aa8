using System.Text.Json.Nodes;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <param name="In">path, query or header.</param>
public sealed record ApiParameter(string Name, string In, JsonObject Schema);

/// <summary>One operation as a service's OpenAPI document describes it.</summary>
/// <param name="Document">The whole document, for references.</param>
/// <param name="Body">Schema of the JSON body; null where it takes none, or bytes.</param>
public sealed record ApiOperation(string Service, HttpMethod Method, string Path, IReadOnlyList<ApiParameter> Parameters, JsonObject? Body, JsonObject Document)
{
    public string Name => $"{Method} {Path}";
}

/// <summary>Every operation of every service, read from the running system; a new service or operation is in it by itself.</summary>
public static class ApiDescription
{
    public static async Task<IReadOnlyList<ApiOperation>> ReadAsync(RunningSystem system)
    {
        using var nobody = new ApiClient(system.Origin);
        var instance = await nobody.GetAsync("/.well-known/open-government");
        var operations = new List<ApiOperation>();
        foreach (var (service, address) in instance["openapi"]!.AsObject())
        {
            var document = (await nobody.GetAsync(address!.GetValue<string>())).AsObject();
            foreach (var (path, methods) in document["paths"]!.AsObject())
            {
                foreach (var (method, operation) in methods!.AsObject())
                    operations.Add(Read(service, path, method, operation!.AsObject(), document));
            }
        }

        // Four services of today; fewer would mean that a search in nothing found nothing.
        operations.Select(operation => operation.Service).Distinct().Count().ShouldBeGreaterThanOrEqualTo(4);
        return operations;
    }

    private static ApiOperation Read(string service, string path, string method, JsonObject operation, JsonObject document) => new(
        service,
        HttpMethod.Parse(method.ToUpperInvariant()),
        path,
        [.. (operation["parameters"]?.AsArray() ?? []).Select(one => new ApiParameter(
            one!["name"]!.GetValue<string>(), one["in"]!.GetValue<string>(), one["schema"]?.AsObject() ?? []))],
        operation["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject(),
        document);
}
