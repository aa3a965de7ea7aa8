using System.Text.Json.Nodes;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Documentation;

/// <summary>The inventory of parts is that of the lock files; <c>OPENGOV_ACCEPT=1 dotnet test tests/UnitTests --filter SbomTests</c> writes it anew.</summary>
public sealed class SbomTests
{
    [Fact]
    public void The_inventory_of_parts_is_that_of_the_lock_files() => Snapshot.Difference(Sbom.Kept, Sbom.Write()).ShouldBeNull();

    [Fact]
    public void The_inventory_names_parts_of_every_source_each_once()
    {
        var components = JsonNode.Parse(Sbom.Write())!["components"]!.AsArray();
        var purls = components.Select(component => component!["purl"]!.GetValue<string>()).ToList();
        purls.ShouldBeUnique();
        foreach (var part in new[] { "pkg:nuget/Npgsql@", "pkg:nuget/Yarp.ReverseProxy@", "pkg:npm/govuk-frontend@", "pkg:npm/maildev@", "pkg:deb/debian/postgresql", "pkg:deb/debian/rabbitmq-server" })
            purls.ShouldContain(purl => purl.StartsWith(part, StringComparison.Ordinal), part);
        foreach (var component in components.Where(component => !component!["purl"]!.GetValue<string>().StartsWith("pkg:deb/", StringComparison.Ordinal)))
        {
            component!["version"].ShouldNotBeNull(component["purl"]!.GetValue<string>());
            component["hashes"]![0]!["content"]!.GetValue<string>().Length.ShouldBe(128, component["purl"]!.GetValue<string>());
        }

        string? ScopeOf(string start) => components.First(component => component!["purl"]!.GetValue<string>().StartsWith(start, StringComparison.Ordinal))!["scope"]!.GetValue<string>();
        ScopeOf("pkg:nuget/Npgsql@").ShouldBe("required");
        ScopeOf("pkg:nuget/Shouldly@").ShouldBe("excluded");
    }
}
