using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using OpenGov.AppHost.Native;

namespace Aspire.Hosting;

/// <inheritdoc cref="IDistributedApplicationBuilder"/>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationTestingBuilder
{
    private readonly ResourceCollection _resources = [];
    private readonly Func<DistributedApplicationBuilder, DistributedApplication>? _build;
    private DistributedApplication? _built;

    /// <param name="args">The command line, <c>--Key=value</c> or <c>--Key value</c>.</param>
    /// <param name="appHost">The assembly of AppHost.cs, which knows its project's folder.</param>
    /// <param name="isTest">Take free ports instead of the wanted ones, and a data folder that goes away with the application.</param>
    /// <param name="build">Ends the description elsewhere: in an AppHost's own entry point.</param>
    public DistributedApplicationBuilder(string[] args, Assembly? appHost, bool isTest,
        Func<DistributedApplicationBuilder, DistributedApplication>? build = null)
    {
        _build = build;
        IsTest = isTest;
        AppHostDirectory = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "apphostprojectpath")?.Value ?? Directory.GetCurrentDirectory();
        // Only variables of this name count: PORT and DATA are set on many machines for other reasons.
        Configuration.AddEnvironmentVariables("OPENGOV_");
        Configuration.AddCommandLine(args);
        Instance = new Lazy<Instance>(() => new Instance(Configuration["Data"], AppHostDirectory, IsTest && Configuration["Data"] is null));
        Secrets = new SecretStore(() => Instance.Value.Secrets);
    }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; }

    internal bool IsTest { get; }

    internal Lazy<Instance> Instance { get; }

    internal SecretStore Secrets { get; }

    public IResourceCollection Resources => _resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (_resources.Any(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");
        _resources.Add(resource as Resource ?? throw new DistributedApplicationException($"'{resource.Name}' is no resource of this engine."));
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => _built ??= _build?.Invoke(this) ?? new DistributedApplication(this);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.Run(Build, cancellationToken);

    public void Dispose() => _built?.Dispose();

    public ValueTask DisposeAsync() => _built?.DisposeAsync() ?? ValueTask.CompletedTask;
}
