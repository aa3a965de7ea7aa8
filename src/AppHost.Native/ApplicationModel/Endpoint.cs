namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a resource listens: one address for each of its replicas.</summary>
public sealed class EndpointAnnotation
{
    internal EndpointAnnotation(string name, string uriScheme, int? port = null)
    {
        Name = name;
        UriScheme = uriScheme;
        Port = port;
    }

    public string Name { get; set; }

    public string UriScheme { get; set; }

    /// <summary>The wanted port; null takes a free one.</summary>
    public int? Port { get; set; }

    /// <summary>May be reached from outside this machine, if the configuration <c>Bind</c> says so.</summary>
    public bool IsExternal { get; set; }

    /// <summary>The environment variable that tells the process its port.</summary>
    internal string? PortVariable { get; init; }

    /// <summary>The address that the process binds. Everything is on loopback unless it is external and configured otherwise.</summary>
    internal string BindAddress { get; set; } = "127.0.0.1";

    internal List<int> AllocatedPorts { get; } = [];

    internal string Url(int replica) => $"{UriScheme}://{Host}:{AllocatedPorts[replica]}";

    internal string Host => BindAddress is "0.0.0.0" or "*" or "[::]" ? "127.0.0.1" : BindAddress;
}

/// <summary>Which part of an endpoint's address is meant.</summary>
public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
}

/// <summary>The address of a resource's first replica, once it has one.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public EndpointAnnotation EndpointAnnotation => ((Resource)Resource).Endpoint(EndpointName);

    public bool IsAllocated => EndpointAnnotation.AllocatedPorts.Count > 0;

    public string Scheme => EndpointAnnotation.UriScheme;

    public string Host => EndpointAnnotation.Host;

    public int Port => IsAllocated
        ? EndpointAnnotation.AllocatedPorts[0]
        : throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no address before the start.");

    public string Url => $"{Scheme}://{Host}:{Port}";

    string IManifestExpressionProvider.ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

/// <summary>A part of an endpoint's address.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IValueProvider, IManifestExpressionProvider
{
    public EndpointReference Endpoint { get; } = endpointReference;

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{Property}}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Property switch
    {
        EndpointProperty.Url => Endpoint.Url,
        EndpointProperty.Host or EndpointProperty.IPV4Host => Endpoint.Host,
        EndpointProperty.Port or EndpointProperty.TargetPort => $"{Endpoint.Port}",
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.HostAndPort => $"{Endpoint.Host}:{Endpoint.Port}",
        _ => throw new InvalidOperationException($"Unknown part of an endpoint: {Property}."),
    });
}
