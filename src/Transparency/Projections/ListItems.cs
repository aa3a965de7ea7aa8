using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Projections;

/// <summary>
/// Items of list columns. Lists that describe the same things (names and units of responsible institutions, the parts of
/// indicators, of evidence) keep their positions, so an unknown item stays in its place, empty.
/// </summary>
internal static class ListItems
{
    private const char Delimiter = Column.ListDelimiter;

    /// <summary>Texts; the delimiter in one becomes a slash.</summary>
    public static string[] Texts(IEnumerable<string?> items) => [.. items.Select(item => (item ?? "").Replace(Delimiter, '/'))];

    /// <summary>URLs; the delimiter in one becomes its percent-encoding, which means the same.</summary>
    public static string[] Urls(IEnumerable<string> items) =>
        [.. items.Select(item => item.Replace(Delimiter.ToString(), "%7C", StringComparison.Ordinal))];

    public static string[] Ids(IEnumerable<ResponsibleParty> parties) => [.. parties.Select(party => party.OrganisationId?.ToString() ?? "")];
}
