using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenGov.UnitTests.HouseRules;

/// <summary>What ARCHITECTURE asks of every process, looked up in the built assemblies.</summary>
public sealed partial class AssemblyRulesTests
{
    private static readonly string[] Processes = ["Participants", "ActionPlans", "Transparency", "Notifications", "Gateway", "Portal"];

    public static TheoryData<string> EveryProcess => [.. Processes];

    public static TheoryData<string> EveryAssembly => [.. Processes, "ServiceDefaults", "Contracts"];

    [Theory]
    [MemberData(nameof(EveryProcess))]
    public void A_process_references_no_other_process(string name) =>
        Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => reference.StartsWith("OpenGov.", StringComparison.Ordinal))
            .ShouldBeSubsetOf(["OpenGov.ServiceDefaults", "OpenGov.Contracts"]);

    [Fact]
    public void The_contracts_reference_nothing_of_ours() =>
        Load("Contracts").GetReferencedAssemblies().ShouldAllBe(reference => !reference.Name!.StartsWith("OpenGov.", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(EveryAssembly))]
    public void A_class_that_nothing_derives_from_is_sealed(string name)
    {
        var types = Load(name).GetTypes();
        var bases = Processes.SelectMany(process => Load(process).GetTypes()).Concat(types).Select(type => type.BaseType)
            .Select(type => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type).ToHashSet();
        types.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(type) && !IsGenerated(type))
            .Select(type => type.FullName)
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(EveryAssembly))]
    public void Time_comes_from_the_TimeProvider(string name) =>
        CalledMembers(name).Where(member => member.Type is "DateTime" or "DateTimeOffset" && member.Name is "get_Now" or "get_UtcNow" or "get_Today")
            .ShouldBeEmpty();

    /// <summary>In the source as well: the engine and the sample's loader are not among the assemblies above.</summary>
    [Fact]
    public void Time_comes_from_the_TimeProvider_in_every_source_file() =>
        Directory.EnumerateFiles(Path.Combine(TestSupport.SourceTree.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && OtherClocks().IsMatch(File.ReadAllText(file)))
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(EveryProcess))]
    public void Only_the_relay_publishes(string name) =>
        CalledMembers(name).Where(member => member.Type is "IBus" or "IPublishEndpoint" or "ISendEndpoint" or "ISendEndpointProvider"
                || member.Name is "BasicPublishAsync")
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(EveryProcess))]
    public void A_program_fits_on_a_page(string name) =>
        File.ReadAllLines(Path.Combine(TestSupport.SourceTree.Root, "src", name, "Program.cs"))
            .Count(line => line.Trim() is not "" and not ['/', '/', ..]).ShouldBeLessThan(40);

    private static Assembly Load(string name) => Assembly.Load($"OpenGov.{name}");

    // Pages and documents that the compiler makes from other sources are as their generator writes them.
    private static bool IsGenerated(Type type) =>
        type.IsAssignableTo(typeof(Microsoft.AspNetCore.Components.IComponent))
        || type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
        || type.Name is "Program" or "_Imports"
        || type.Namespace is null or "Microsoft.AspNetCore.OpenApi.Generated" or "Microsoft.Extensions.Validation.Generated"
        || type.DeclaringType is { } outer && IsGenerated(outer);

    private static List<(string Type, string Name)> CalledMembers(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Load(assembly).Location));
        var metadata = file.GetMetadataReader();
        List<(string Type, string Name)> members = [];
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind is HandleKind.TypeReference)
                members.Add((metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name), metadata.GetString(member.Name)));
        }

        return members;
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherClocks();
}
