using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace OpenGov.AppHost.Native;

/// <summary>How one kind of resource becomes a process.</summary>
internal interface IRecipe
{
    /// <summary>Brings everything about that the process needs to start. Called before every start, so it must be quick the second time.</summary>
    Task<Command> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Whether the process does its work; it may fail or throw as long as it does not.</summary>
    Task<bool> IsHealthyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether a process that answers nothing any more is ended and started again. A server of data never is: it may be recovering,
    /// and ending it would only make that longer.
    /// </summary>
    bool EndsWhenSilent => false;
}

internal static class Recipes
{
    public static IRecipe For(Resource resource, int replica, Instance instance) => resource switch
    {
        PostgresServerResource server => new PostgresRecipe(server, instance),
        RabbitMQServerResource broker => new RabbitMQRecipe(broker, instance),
        ProjectResource project => new ProjectRecipe(project, replica, instance),
        ExecutableResource executable => new ExecutableRecipe(executable, instance),
        _ => throw new InvalidOperationException($"'{resource.Name}' is no process."),
    };

    /// <summary>The variables that the description gives the resource.</summary>
    public static async Task<Dictionary<string, string>> EnvironmentAsync(Resource resource, int replica, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var endpoint in resource.Endpoints.Where(e => e.PortVariable is not null))
            variables[endpoint.PortVariable!] = $"{endpoint.AllocatedPorts[replica]}";
        foreach (var add in resource.Environment)
            await add(variables, cancellationToken);
        return variables;
    }

    public static string Require(string program, string package) => Posix.Find(program)
        ?? throw new DistributedApplicationException(Messages.ProgramMissing(program, package));
}

/// <summary>A program from a command line.</summary>
internal sealed class ExecutableRecipe(ExecutableResource resource, Instance instance) : IRecipe
{
    public async Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        var isPortMapper = resource.Command == "epmd";
        var account = isPortMapper ? Account.FirstOf(RabbitMQRecipe.AccountName) : null;
        return new Command(
            Recipes.Require(resource.Command, isPortMapper ? RabbitMQRecipe.Package : resource.Command), resource.Arguments,
            isPortMapper ? instance.Subfolder(resource.Name, account) : resource.WorkingDirectory)
        {
            Account = account,
            Environment = await Recipes.EnvironmentAsync(resource, 0, cancellationToken),
        };
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => Health.EndpointsAsync(resource, 0, cancellationToken);

    public bool EndsWhenSilent => resource.HttpHealth is not null;
}

/// <summary>A built .NET project, in the configuration that the AppHost itself was built in.</summary>
internal sealed class ProjectRecipe(ProjectResource resource, int replica, Instance instance) : IRecipe
{
    public async Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        var urls = resource.Endpoints.Select(e => $"{e.UriScheme}://{e.BindAddress}:{e.AllocatedPorts[replica]}");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = string.Join(';', urls),
            ["ASPNETCORE_ENVIRONMENT"] = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production",
            ["OTEL_SERVICE_NAME"] = resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resource.Name}-{replica + 1}",
            // All processes share one small machine: give memory back rather than keep it for speed.
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_GCConserveMemory"] = "5",
            ["DOTNET_NOLOGO"] = "1",
            // The operator's page tells how much room this folder has left.
            ["OpenGov__DataFolder"] = instance.Folder,
        };
        foreach (var (name, value) in await Recipes.EnvironmentAsync(resource, replica, cancellationToken))
            variables[name] = value;
        return new Command(Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : Recipes.Require("dotnet", "dotnet-sdk-10.0"),
            [Assembly()], Path.GetDirectoryName(resource.ProjectPath)!)
        {
            Environment = variables,
        };
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => Health.EndpointsAsync(resource, replica, cancellationToken);

    public bool EndsWhenSilent => resource.HttpHealth is not null;

    private string Assembly()
    {
        // …/bin/Release/net10.0 of the AppHost says which configuration and framework to look for.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var output = Path.Combine(Path.GetDirectoryName(resource.ProjectPath)!, "bin", own.Parent!.Name, own.Name);
        var name = Path.GetFileNameWithoutExtension(resource.ProjectPath);
        var runnable = Directory.Exists(output) ? Directory.GetFiles(output, $"*{name}.runtimeconfig.json") : [];
        return runnable.Length == 1
            ? runnable[0].Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal)
            : throw new DistributedApplicationException(
                Messages.ProjectNotBuilt(resource.Name, output, own.Parent!.Name));
    }
}
