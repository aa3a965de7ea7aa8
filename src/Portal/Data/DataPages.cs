namespace OpenGov.Portal.Data;

internal static class DataPages
{
    public static void MapData(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/datos");
        group.MapMethods("", ["GET", "HEAD"], ListDatasets.HandleAsync);
        group.MapMethods("/{dataset}", ["GET", "HEAD"], ShowDataset.HandleAsync);
    }
}
