namespace OpenGov.Portal.Notices;

/// <summary>What a link in a mail is about.</summary>
public sealed record TokenSubject(string? Purpose, string? State, string? Title, string? Identifier);
