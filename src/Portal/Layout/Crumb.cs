namespace OpenGov.Portal.Layout;

/// <summary>A step on the way from the home page to the page that is shown.</summary>
public sealed record Crumb(string Title, string Address);
