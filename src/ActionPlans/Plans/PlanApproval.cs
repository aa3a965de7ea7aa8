using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Plans;

/// <summary>The Technical Secretariat of the state itself: the one that was formed first with none above it.</summary>
/// <param name="RecordedOn">Day on which this instance learned of its installation.</param>
public sealed record OwnSecretariat(Guid Id, DateOnly InstalledOn, DateOnly RecordedOn, bool IsSuspended);

/// <summary>A resolution that was adopted in this instance, and about exactly what.</summary>
public sealed record AdoptedResolution(
    Guid Id, Guid SecretariatId, int Number, string Matter, string? SubjectKind, Guid? SubjectId, string? SubjectHash, DateOnly AdoptedOn, bool IsSuperseded);

/// <summary>
/// INV-25 where the state's secretariat works in this instance: a version is published on its resolution about exactly that draft. What was
/// decided on paper before the installation was recorded here stays citable; so do all resolutions where there is no secretariat.
/// </summary>
public static class PlanApproval
{
    public const string SubjectKind = "PLAN";
    public const string Matter = "PLAN_APPROVAL";

    /// <param name="asked">The resolution that the publication names; null where it names none.</param>
    /// <param name="resolution">What is known of it; null where nothing is.</param>
    /// <param name="paper">The resolution as staff cites it.</param>
    public static IReadOnlyList<RuleFailure> Check(OwnSecretariat? own, Guid? asked, AdoptedResolution? resolution, ResolutionReference? paper, Guid planId, string draftHash)
    {
        if (asked is null)
        {
            return own is null || paper is null || paper.AdoptedOn < own.RecordedOn
                ? []
                : Fail("plan_needs_own_resolution", own.RecordedOn);
        }

        if (resolution is null || own is null || resolution.SecretariatId != own.Id)
            return Fail("resolution_unknown");
        if (resolution.IsSuperseded)
            return Fail("resolution_superseded");
        return Approves(resolution, planId, draftHash) ? [] : Fail("resolution_of_another_version");
    }

    private static RuleFailure[] Fail(string code, params object?[] args) => [new RuleFailure("INV-25", code, "/resolutionId", args)];

    public static bool Approves(AdoptedResolution resolution, Guid planId, string draftHash) =>
        resolution is { Matter: Matter, SubjectKind: SubjectKind } && resolution.SubjectId == planId && resolution.SubjectHash == draftHash;
}

/// <summary>Reads what <see cref="PlanApproval"/> needs from the copies of Participants' facts.</summary>
internal sealed class PlanApprovalReader(SideConnections database, InstanceClock clock)
{
    public async Task<OwnSecretariat?> OwnAsync(CancellationToken cancellationToken)
    {
        // Ids are made in the order of time (UUID v7).
        await using var command = database.CreateCommand(
            "select id, installed_on, recorded_at, suspended_on is not null from (select * from secretariat where parent_id is null order by id limit 1) own where recorded_at is not null");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new OwnSecretariat(reader.GetGuid(0), await reader.GetFieldValueAsync<DateOnly>(1, cancellationToken), clock.DateOf(await reader.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken)), reader.GetBoolean(3))
            : null;
    }

    /// <summary>What was decided about a plan, in whichever version of it; the latest first.</summary>
    public async Task<IReadOnlyList<AdoptedResolution>> AboutAsync(Guid planId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select id, secretariat_id, number, matter, about_kind, about_id, about_hash, adopted_at, superseded_by_id is not null from adopted_resolution where about_id = $1 order by adopted_at desc, id desc limit 100");
        command.Parameters.Add(new() { Value = planId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<AdoptedResolution>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new AdoptedResolution(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3), reader.GetString(4), reader.GetGuid(5), reader.IsDBNull(6) ? null : reader.GetString(6),
                clock.DateOf(await reader.GetFieldValueAsync<DateTimeOffset>(7, cancellationToken)), reader.GetBoolean(8)));
        }

        return found;
    }

    /// <summary>How a published version cites a resolution of this instance.</summary>
    public async Task<ResolutionReference> CiteAsync(AdoptedResolution resolution, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select public_address from instance limit 1");
        var address = await command.ExecuteScalarAsync(cancellationToken) as string;
        return new ResolutionReference(
            resolution.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), null, resolution.AdoptedOn, address is null ? null : $"{address.TrimEnd('/')}/acuerdos/{resolution.Id}");
    }
}
