namespace OpenGov.Participants.Elections;

/// <param name="RegisteredAt">Since when the organisation is in the register.</param>
public sealed record CandidateVotes(Guid OrganisationId, DateTimeOffset RegisteredAt, int Votes);

/// <summary>
/// Who is elected: those with the most votes, as many as there are seats. Nobody is elected without a vote. Among equals the organisation
/// that was registered earlier goes first (docs/decisions): nobody can bring that about once the election is called, and everybody can check it.
/// </summary>
public static class ElectionCount
{
    /// <returns>The elected, in the order in which they take the seats.</returns>
    public static IReadOnlyList<CandidateVotes> Elect(IEnumerable<CandidateVotes> candidates, int seats) =>
        [.. Ranked(candidates).Where(one => one.Votes > 0).Take(seats)];

    public static IEnumerable<CandidateVotes> Ranked(IEnumerable<CandidateVotes> candidates) =>
        candidates.OrderByDescending(one => one.Votes).ThenBy(one => one.RegisteredAt).ThenBy(one => one.OrganisationId);

    /// <summary>The last seat was decided by seniority.</summary>
    public static bool IsTied(IEnumerable<CandidateVotes> candidates, int seats)
    {
        var ranked = Ranked(candidates).ToList();
        return ranked.Count > seats && ranked[seats - 1].Votes > 0 && ranked[seats - 1].Votes == ranked[seats].Votes;
    }
}
