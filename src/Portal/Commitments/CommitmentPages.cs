namespace OpenGov.Portal.Commitments;

internal static class CommitmentPages
{
    public static void MapCommitments(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/compromisos");
        group.MapMethods("", ["GET", "HEAD"], ListCommitments.HandleAsync);
        group.MapMethods("/{identifier}", ["GET", "HEAD"], ShowCommitment.HandleAsync);
    }
}
