namespace OpenGov.ActionPlans;

/// <summary>What the OpenAPI document says of an address beyond its good answer.</summary>
internal static class Descriptions
{
    /// <summary>Refusals as problem details, by status.</summary>
    public static RouteHandlerBuilder MayRefuse(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }

    /// <summary>A read with an ETag: 304 for whoever has it.</summary>
    public static RouteHandlerBuilder Validated(this RouteHandlerBuilder endpoint) => endpoint.Produces(StatusCodes.Status304NotModified);

    /// <summary>A write guarded by <c>If-Match</c>: 428 without it, 412 with another version.</summary>
    public static RouteHandlerBuilder Guarded(this RouteHandlerBuilder endpoint) =>
        endpoint.MayRefuse(StatusCodes.Status412PreconditionFailed, StatusCodes.Status428PreconditionRequired);
}
