using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What can be said of any resource.</summary>
public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Variable(name, _ => new(value));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.Variable(name, endpointReference.GetValueAsync);

    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Variable(name, parameter.Resource.GetValueAsync);

    public static IResourceBuilder<T> WithEnvironment<T, TValue>(this IResourceBuilder<T> builder, string name, TValue value)
        where T : IResourceWithEnvironment
        where TValue : IValueProvider, IManifestExpressionProvider => builder.Variable(name, value.GetValueAsync);

    /// <summary>Gives the resource <c>ConnectionStrings__{name}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        builder.Model().Uses.Add(source.Resource);
        return builder.Variable($"ConnectionStrings__{connectionName ?? source.Resource.Name}", source.Resource.GetConnectionStringAsync);
    }

    /// <summary>Gives the resource <c>services__{name}__{endpoint}__{n}</c>, one for each replica of the source.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var service = source.Model();
        builder.Model().Uses.Add(service);
        builder.Model().Environment.Add((variables, _) =>
        {
            foreach (var endpoint in service.Endpoints)
            {
                for (var replica = 0; replica < endpoint.AllocatedPorts.Count; replica++)
                    variables[$"services__{service.Name}__{endpoint.Name}__{replica}"] = endpoint.Url(replica);
            }
            return default;
        });
        return builder;
    }

    /// <summary>Starts the resource only when the other is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        builder.Model().WaitsFor.Add(dependency.Resource);
        return builder;
    }

    /// <param name="builder">The resource that listens.</param>
    /// <param name="port">The wanted port; null takes a free one.</param>
    /// <param name="targetPort">Not used here: no proxy stands before the process.</param>
    /// <param name="name">The endpoint's name; <c>http</c> by default.</param>
    /// <param name="env">The variable that tells the process its port. Projects are told by <c>ASPNETCORE_URLS</c>.</param>
    /// <param name="isProxied">Not used here.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool isProxied = true)
        where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, "http", name ?? "http", env, isProxied);

    /// <inheritdoc cref="WithHttpEndpoint{T}"/>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null,
        string? env = null, bool isProxied = true, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        var endpoints = builder.Model().Endpoints;
        var added = new EndpointAnnotation(name ?? scheme ?? "tcp", scheme ?? "tcp", port) { PortVariable = env, IsExternal = isExternal ?? false };
        if (endpoints.Exists(e => e.Name == added.Name))
            throw new DistributedApplicationException($"'{builder.Resource.Name}' has two endpoints named '{added.Name}'.");
        endpoints.Add(added);
        return builder;
    }

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Lets the resource's HTTP endpoints be reached from outside, on the address that the configuration <c>Bind</c> names.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Model().Endpoints.Where(e => e.UriScheme is "http" or "https"))
            endpoint.IsExternal = true;
        return builder;
    }

    /// <summary>The resource is healthy when this path answers with the status (200 by default).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        builder.Model().HttpHealth = new HttpHealthCheck(endpointName, path ?? "/", statusCode ?? 200);
        return builder;
    }

    internal static Resource Model<T>(this IResourceBuilder<T> builder) where T : IResource => (Resource)(IResource)builder.Resource;

    private static IResourceBuilder<T> Variable<T>(
        this IResourceBuilder<T> builder, string name, Func<CancellationToken, ValueTask<string?>> value) where T : IResource
    {
        builder.Model().Environment.Add(async (variables, ct) => variables[name] = await value(ct) ?? "");
        return builder;
    }
}
