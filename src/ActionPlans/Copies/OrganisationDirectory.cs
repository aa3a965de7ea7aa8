using System.Globalization;
using System.Text;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Copies;

/// <summary>What this service keeps of an organisation that Participants registered.</summary>
public sealed record OrganisationCopy(Guid Id, string Name, string? Acronym, OrganisationKind Kind)
{
    /// <summary>INV-23: only an obligated subject is responsible for a commitment.</summary>
    public bool IsObligatedSubject => Kind is OrganisationKind.Executive or OrganisationKind.Legislative or OrganisationKind.Judicial
        or OrganisationKind.AutonomousBody or OrganisationKind.Municipality or OrganisationKind.Union or OrganisationKind.PublicTrust
        or OrganisationKind.PoliticalParty or OrganisationKind.Guarantor;
}

/// <summary>Names are compared in capitals, without accents, with one space between words.</summary>
public static class OrganisationNames
{
    public static string Normalise(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var character in name.Normalize(NormalizationForm.FormD))
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(character);
            if (category == UnicodeCategory.NonSpacingMark)
                continue;
            if (char.IsLetterOrDigit(character))
                text.Append(char.ToUpperInvariant(character));
            else if (text.Length > 0 && text[^1] != ' ')
                text.Append(' ');
        }

        return text.ToString().TrimEnd();
    }
}

/// <summary>The registered organisations that a document may mean, found by id, else by exact name, else by acronym.</summary>
public sealed class OrganisationDirectory(IEnumerable<OrganisationCopy> organisations)
{
    private readonly OrganisationCopy[] all = [.. organisations];

    /// <returns>No organisation, exactly one, or several that the document does not tell apart.</returns>
    public IReadOnlyList<OrganisationCopy> Find(Party party)
    {
        if (party.Id is { } id)
            return [.. all.Where(one => one.Id == id)];
        if (party.Name is { } name)
        {
            var wanted = OrganisationNames.Normalise(name);
            var named = all.Where(one => OrganisationNames.Normalise(one.Name) == wanted).ToArray();
            if (named.Length > 0)
                return named;
            // A document may print only the acronym where the name belongs.
            if (party.Acronym is null)
                return [.. all.Where(one => one.Acronym is not null && OrganisationNames.Normalise(one.Acronym) == wanted)];
        }

        return party.Acronym is { } acronym
            ? [.. all.Where(one => one.Acronym is not null && OrganisationNames.Normalise(one.Acronym) == OrganisationNames.Normalise(acronym))]
            : [];
    }

    public OrganisationCopy? Find(Guid? id) => Array.Find(all, one => one.Id == id);

    /// <summary>Reads only the organisations that the document's parties may mean.</summary>
    public static async Task<OrganisationDirectory> ForAsync(IEnumerable<Party> parties, SideConnections database, CancellationToken cancellationToken)
    {
        var mentioned = parties.ToArray();
        var texts = mentioned.SelectMany(party => new[] { party.Name, party.Acronym }).OfType<string>().Select(OrganisationNames.Normalise).Distinct(StringComparer.Ordinal).ToArray();
        await using var command = database.CreateCommand(
            "select id, name, acronym, kind from organisation where id = any($1) or search_name = any($2) or search_acronym = any($2)");
        command.Parameters.Add(new() { Value = mentioned.Select(party => party.Id).OfType<Guid>().ToArray() });
        command.Parameters.Add(new() { Value = texts });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<OrganisationCopy>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new OrganisationCopy(reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), EnumCodes.Parse<OrganisationKind>(reader.GetString(3))));
        return new OrganisationDirectory(found);
    }
}
