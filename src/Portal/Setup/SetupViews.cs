namespace OpenGov.Portal.Setup;

public sealed record SetupState(bool AdministratorExists, bool InstanceConfigured);

public sealed record StateView(string CveEnt, string Name, string? Iso);
