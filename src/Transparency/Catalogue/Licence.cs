namespace OpenGov.Transparency.Catalogue;

/// <summary>Libre Uso MX (SPEC §6.1), under the URI that the federal catalogue tool used.</summary>
internal static class Licence
{
    public const string Uri = "http://datos.gob.mx/libreusomx/";
    public const string Name = "Libre Uso MX";
}
