namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the system: a server, a database, a project, a program, a value.</summary>
public interface IResource
{
    string Name { get; }
}

/// <summary>The resources of a description; a test looks here for those that it wants to change.</summary>
public interface IResourceCollection : IList<IResource>;

internal sealed class ResourceCollection : List<IResource>, IResourceCollection;

/// <summary>A resource that can be given environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that listens somewhere.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can be told to start after another is healthy.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A value that is known once addresses and passwords are.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>The name of a value in Aspire's manifest. The native engine writes no manifest; the overloads of Aspire ask for it.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

/// <summary>A resource that others reach with <c>ConnectionStrings__{name}</c>.</summary>
public interface IResourceWithConnectionString : IResource, IValueProvider, IManifestExpressionProvider
{
    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetConnectionStringAsync(cancellationToken);

    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);
}

/// <inheritdoc cref="IResource"/>
public abstract class Resource : IResource
{
    protected Resource(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException($"'{name}' is not a resource name: letters, digits and hyphens, at most 64.", nameof(name));
        Name = name;
    }

    public virtual string Name { get; }

    internal List<EndpointAnnotation> Endpoints { get; } = [];

    internal List<EnvironmentEntry> Environment { get; } = [];

    /// <summary>Resources that must be healthy before this one starts.</summary>
    internal HashSet<IResource> WaitsFor { get; } = [];

    /// <summary>Resources that this one uses; they are stopped after it.</summary>
    internal HashSet<IResource> Uses { get; } = [];

    /// <summary>Endpoint, path and expected status of the health check over HTTP, where there is one.</summary>
    internal HttpHealthCheck? HttpHealth { get; set; }

    internal int Replicas { get; set; } = 1;

    internal EndpointAnnotation Endpoint(string name) =>
        Endpoints.Find(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidOperationException($"Resource '{Name}' has no endpoint named '{name}'.");
}

internal sealed record HttpHealthCheck(string? Endpoint, string Path, int Status);

/// <summary>Adds variables to a process's environment when it starts: addresses are not known before.</summary>
internal delegate ValueTask EnvironmentEntry(IDictionary<string, string> variables, CancellationToken cancellationToken);

/// <summary>A program started from a command line.</summary>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string Command { get; } = command;

    public string WorkingDirectory { get; } = workingDirectory;

    internal IReadOnlyList<string> Arguments { get; init; } = [];
}

/// <summary>A .NET project of this repository, already built.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal string ProjectPath { get; init; } = "";
}

/// <summary>A PostgreSQL server.</summary>
public class PostgresServerResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal PostgresServerResource(string name, Func<string> password) : base(name)
    {
        Password = password;
        Endpoints.Add(new EndpointAnnotation("tcp", "tcp"));
    }

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    internal Func<string> Password { get; }

    internal bool KeepsData { get; set; }

    internal List<PostgresDatabaseResource> DatabaseResources { get; } = [];

    internal const string Superuser = "postgres";

    /// <summary>The server's superuser, on its maintenance database.</summary>
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new($"Host=127.0.0.1;Port={PrimaryEndpoint.Port};Username={Superuser};Password={Password()}");
}

/// <summary>A database of a PostgreSQL server, owned by a role of its own that can enter no other.</summary>
public class PostgresDatabaseResource : Resource, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent, Func<string> password) : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
        Password = password;
    }

    public string DatabaseName { get; }

    public PostgresServerResource Parent { get; }

    internal Func<string> Password { get; }

    /// <summary>Connections that one process may hold, so that all of them together stay within the server's limit.</summary>
    internal int PoolSize { get; set; } = 40;

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new($"Host=127.0.0.1;Port={Parent.PrimaryEndpoint.Port};Username={DatabaseName};Password={Password()};" +
            $"Database={DatabaseName};Maximum Pool Size={PoolSize}");
}

/// <summary>A RabbitMQ broker.</summary>
public class RabbitMQServerResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal RabbitMQServerResource(string name, Func<string> password, Func<string> cookie, ExecutableResource portMapper) : base(name)
    {
        Password = password;
        Cookie = cookie;
        PortMapper = portMapper;
        Endpoints.Add(new EndpointAnnotation("tcp", "tcp"));
        Endpoints.Add(new EndpointAnnotation("distribution", "tcp"));
        WaitsFor.Add(portMapper);
    }

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    internal Func<string> Password { get; }

    /// <summary>What lets one Erlang node command another. Erlang's own choice would be guessable.</summary>
    internal Func<string> Cookie { get; }

    /// <summary>Erlang's port mapper (epmd): a child of its own, else it would outlive the broker.</summary>
    internal ExecutableResource PortMapper { get; }

    internal bool KeepsData { get; set; }

    internal bool HasManagement => Endpoints.Exists(e => e.Name == "management");

    internal const string User = "opengov";

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        new($"amqp://{User}:{Password()}@127.0.0.1:{PrimaryEndpoint.Port}");
}
