namespace OpenGov.Participants.Staffing;

/// <summary>What <see cref="Term"/> says of a moment, for queries: the database compares its columns.</summary>
internal static class TermQueries
{
    public static IQueryable<Mandate> InForce(this IQueryable<Mandate> mandates, DateTimeOffset at) => mandates.NotOver(at).Where(row => row.Term.From <= at);

    public static IQueryable<StaffPost> InForce(this IQueryable<StaffPost> posts, DateTimeOffset at) =>
        posts.Where(row => row.Term.From <= at && (row.Term.Until == null || row.Term.Until > at) && (row.Term.EndedAt == null || row.Term.EndedAt > at));

    /// <summary>In force, or still to begin.</summary>
    public static IQueryable<Mandate> NotOver(this IQueryable<Mandate> mandates, DateTimeOffset at) =>
        mandates.Where(row => (row.Term.Until == null || row.Term.Until > at) && (row.Term.EndedAt == null || row.Term.EndedAt > at));
}
