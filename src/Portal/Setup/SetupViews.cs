namespace OpenGov.Portal.Setup;

public sealed record SetupState(bool AdministratorExists, bool InstanceConfigured);

/// <param name="CommonName">Name in use: Estado de México, where the official name is México.</param>
public sealed record StateView(string CveEnt, string Name, string? CommonName, string? Iso);
