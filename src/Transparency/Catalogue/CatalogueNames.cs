namespace OpenGov.Transparency.Catalogue;

internal static class CatalogueNames
{
    /// <summary>Stands in for a publisher until the instance is set up.</summary>
    public const string Product = "OpenGovAspire";
}
