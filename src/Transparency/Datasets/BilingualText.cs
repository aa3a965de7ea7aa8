namespace OpenGov.Transparency.Datasets;

/// <summary>A text in the two languages of the catalogue.</summary>
public sealed record BilingualText(string Es, string En);
