namespace OpenGov.Transparency.Datasets;

/// <summary>
/// <c>{name:dataset}</c> matches the names of datasets only: <c>/datos/plans.schema.json</c> is not the dataset
/// <c>plans.schema</c>, and an unknown name is an unknown address.
/// </summary>
public sealed class DatasetRouteConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string name && DatasetDefinitions.Find(name) is not null;
}
