using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Documentation;

/// <summary>
/// The parts of others that this repository builds with and runs on, as CycloneDX 1.6: from the lock files of NuGet and npm, and the Debian packages that
/// <c>deploy/packages.sh</c> asks for. Parts of tests and tools alone are <c>excluded</c>: no instance runs them.
/// </summary>
internal static partial class Sbom
{
    public const string Kept = "docs/security/sbom.cdx.json";

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Part(string Purl, string Name, string? Version, string? Hash, string? Licence, bool IsDeployed);

    public static string Write()
    {
        var parts = NuGet().Concat(Npm()).Concat(Debian()).GroupBy(part => part.Purl, StringComparer.Ordinal)
            .Select(same => same.First() with { IsDeployed = same.Any(part => part.IsDeployed) }).OrderBy(part => part.Purl, StringComparer.Ordinal);
        return new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = new JsonObject { ["type"] = "application", ["bom-ref"] = "OpenGovAspire", ["name"] = "OpenGovAspire" } },
            ["components"] = new JsonArray([.. parts.Select(Component)]),
        }.ToJsonString(Written) + "\n";
    }

    private static JsonNode Component(Part part)
    {
        var component = new JsonObject { ["type"] = part.Purl.StartsWith("pkg:deb/", StringComparison.Ordinal) ? "application" : "library", ["bom-ref"] = part.Purl, ["name"] = part.Name };
        if (part.Version is not null)
            component["version"] = part.Version;
        component["scope"] = part.IsDeployed ? "required" : "excluded";
        if (part.Hash is not null)
            component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(part.Hash)) });
        if (part.Licence is not null)
            component["licenses"] = new JsonArray(new JsonObject { ["expression"] = part.Licence });
        component["purl"] = part.Purl;
        return component;
    }

    private static IEnumerable<Part> NuGet() =>
        from file in Files("packages.lock.json")
        from framework in JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject()
        from package in framework.Value!.AsObject()
        where package.Value!["type"]!.GetValue<string>() != "Project"
        let version = package.Value!["resolved"]!.GetValue<string>()
        let purl = $"pkg:nuget/{package.Key}@{version}"
        select new Part(purl, package.Key, version, package.Value!["contentHash"]?.GetValue<string>(), LicenceOf(package.Key, version) ?? KeptLicences.Value.GetValueOrDefault(purl), IsDeployed(file));

    private static IEnumerable<Part> Npm() =>
        from file in Files("package-lock.json")
        from package in JsonNode.Parse(File.ReadAllText(file))!["packages"]!.AsObject()
        where package.Key.Length > 0
        let name = package.Key[(package.Key.LastIndexOf("node_modules/", StringComparison.Ordinal) + "node_modules/".Length)..]
        let version = package.Value!["version"]!.GetValue<string>()
        select new Part(
            $"pkg:npm/{name.Replace("@", "%40", StringComparison.Ordinal)}@{version}", name, version, package.Value!["integrity"]?.GetValue<string>().Replace("sha512-", "", StringComparison.Ordinal),
            package.Value!["license"]?.GetValue<string>(), IsDeployed(file));

    /// <summary>Without versions: they are those of the machine's distribution, which also mends them.</summary>
    private static IEnumerable<Part> Debian()
    {
        var isForTests = false;
        foreach (var line in File.ReadLines(Path.Combine(SourceTree.Root, "deploy", "packages.sh")))
        {
            if (Missing().Match(line) is { Success: true } missing)
                isForTests = missing.Groups["what"].Value == "tests";
            if (Wanted().Match(line) is { Success: true } wanted)
                yield return new Part($"pkg:deb/debian/{wanted.Groups["name"].Value}", wanted.Groups["name"].Value, null, null, null, !isForTests);
        }
    }

    private static IEnumerable<string> Files(string name) => Directory.GetFiles(SourceTree.Root, name, SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(SourceTree.Root, file).Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin", "node_modules"]).Any()).Order(StringComparer.Ordinal);

    /// <summary>What lies below <c>src/</c>, without what loads samples; the mail catcher belongs to tests and the sample.</summary>
    private static bool IsDeployed(string file) =>
        Path.GetRelativePath(SourceTree.Root, file).Split(Path.DirectorySeparatorChar) is ["src", var project, ..] && project != "SampleLoader";

    /// <summary>As the package itself says; null where it is not on this machine, or says it in another form.</summary>
    private static string? LicenceOf(string id, string version)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var description = Path.Combine(packages, id.ToLowerInvariant(), version, $"{id.ToLowerInvariant()}.nuspec");
        return File.Exists(description)
            ? XDocument.Load(description).Descendants().FirstOrDefault(element => element.Name.LocalName == "license" && element.Attribute("type")?.Value == "expression")?.Value
            : null;
    }

    private static readonly Lazy<Dictionary<string, string>> KeptLicences = new(() =>
        (File.Exists(Path.Combine(SourceTree.Root, Kept)) ? JsonNode.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, Kept)))!["components"]!.AsArray() : [])
            .Where(component => component!["licenses"] is not null)
            .ToDictionary(component => component!["purl"]!.GetValue<string>(), component => component!["licenses"]![0]!["expression"]!.GetValue<string>(), StringComparer.Ordinal));

    [GeneratedRegex(@"^missing_for_(?<what>\w+)\(\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Missing();

    [GeneratedRegex(@"^  \S.* \|\| echo (?<name>[a-z0-9][a-z0-9.+-]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wanted();
}
