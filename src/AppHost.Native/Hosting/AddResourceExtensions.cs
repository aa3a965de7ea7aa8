using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value that must stand in the configuration as <c>Parameters:{name}</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, () => builder.Configuration[$"Parameters:{name}"]
            ?? throw new DistributedApplicationException($"Parameters:{name} is not configured."), secret));

    /// <summary>A value with a default; a persistent one is made once and kept in the instance's data folder (mode 0600).</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(new ParameterResource(name, () => builder.Configuration[$"Parameters:{name}"]
            ?? (persist ? builder.Native().Secrets.Keep(name, value.GetDefaultValue) : value.GetDefaultValue()), secret));
}

public static class ExecutableResourceBuilderExtensions
{
    /// <param name="builder">The system.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">A program on the path, or a file.</param>
    /// <param name="workingDirectory">Its folder, counted from the AppHost's.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory))
        {
            Arguments = args ?? [],
        });
}

public static class ProjectResourceBuilderExtensions
{
    /// <param name="builder">The system.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file, counted from the AppHost's folder. It must have been built.</param>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        builder.AddResource(new ProjectResource(name) { ProjectPath = Path.GetFullPath(projectPath, builder.AppHostDirectory) });

    /// <summary>Runs the project several times; each replica has an address of its own.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        builder.Resource.Replicas = replicas;
        return builder;
    }
}

public static class PostgresBuilderExtensions
{
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        if (userName is not null)
            throw new NotSupportedException("The native engine always calls PostgreSQL's superuser 'postgres'.");
        var server = new PostgresServerResource(name, builder.PasswordOf(name, password));
        server.Endpoint("tcp").Port = port;
        return builder.AddResource(server);
    }

    /// <summary>Keeps the data from one start to the next, in the instance's data folder whatever the volume is called.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.Resource.KeepsData = !isReadOnly ? true : throw new NotSupportedException("A server cannot run on a read-only volume.");
        return builder;
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var application = builder.ApplicationBuilder;
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource, application.PasswordOf(name, given: null));
        database.WaitsFor.Add(builder.Resource);
        builder.Resource.DatabaseResources.Add(database);
        return application.AddResource(database);
    }
}

public static class RabbitMQBuilderExtensions
{
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        if (userName is not null)
            throw new NotSupportedException($"The native engine always calls the broker's user '{RabbitMQServerResource.User}'.");
        var mapper = builder.AddExecutable($"{name}-epmd", "epmd", ".").WithEndpoint(name: "tcp", env: "ERL_EPMD_PORT")
            .WithEnvironment("ERL_EPMD_ADDRESS", "127.0.0.1");
        var broker = new RabbitMQServerResource(name, builder.PasswordOf(name, password), builder.PasswordOf($"{name}-cookie", given: null), mapper.Resource);
        broker.Endpoint("tcp").Port = port;
        return builder.AddResource(broker);
    }

    /// <inheritdoc cref="PostgresBuilderExtensions.WithDataVolume"/>
    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
        this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.Resource.KeepsData = !isReadOnly ? true : throw new NotSupportedException("A broker cannot run on a read-only volume.");
        return builder;
    }

    /// <summary>Serves RabbitMQ's management page and API, on loopback.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder)
    {
        builder.Resource.Endpoints.Add(new EndpointAnnotation("management", "http"));
        return builder;
    }
}

internal static class NativeBuilder
{
    internal static DistributedApplicationBuilder Native(this IDistributedApplicationBuilder builder) => (DistributedApplicationBuilder)builder;

    /// <summary>The given password, or one that is made once and kept. Letters and digits need no quoting in any connection string.</summary>
    internal static Func<string> PasswordOf(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? given)
    {
        if (given is not null)
            return () => given.Resource.Current;
        return () => builder.Native().Secrets.Keep($"{name}-password",
            new GenerateParameterDefault { MinLength = 32, Special = false }.GetDefaultValue);
    }
}
