namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// Marks what a sign-in that lacks a second step may still do: see who it is, set the step up, sign out, and exercise rights over
/// one's own data. Everything else that asks for an account refuses it, in every service.
/// </summary>
public sealed class OwnAccount
{
    internal static readonly OwnAccount Mark = new();

    private OwnAccount()
    {
    }
}

public static class OwnAccountExtensions
{
    public static TBuilder OpenToOwnAccount<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(OwnAccount.Mark);
}
