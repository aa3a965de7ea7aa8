using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Groups;

/// <param name="Members">In it on that day.</param>
public sealed record GroupLine(Guid Id, GroupKind Kind, string Name, GroupState State, DateOnly? StartedOn, DateOnly? Until, DateOnly? EndedOn, int Members);

/// <param name="LeftOn">First day on which it is no longer in the group.</param>
public sealed record GroupMemberView(Guid Id, Guid OrganisationId, string OrganisationName, Sector Sector, bool Coordinates, DateOnly JoinedOn, DateOnly? LeftOn);

/// <param name="Number">Of the resolution, counted by secretariat.</param>
public sealed record GroupResolutionView(Guid Id, int Number);

/// <param name="Hash">What the resolution that creates it names: kind WORKING_GROUP, the group's id, this hash.</param>
/// <param name="Until">Last day; null until a resolution ends it.</param>
public sealed record GroupView(
    Guid Id, int Version, Guid SecretariatId, string SecretariatName, GroupKind Kind, string Name, string Mandate, GroupState State, string Hash, DateOnly ProposedOn, DateOnly? StartedOn, GroupResolutionView? StartedBy,
    DateOnly? Until, DateOnly? EndedOn, GroupResolutionView? EndedBy, string? EndReason, IReadOnlyList<GroupMemberView> Members);

internal static class ReadGroups
{
    /// <summary>Of a secretariat, the latest first.</summary>
    public static async Task<Results<Ok<Page<GroupLine>>, ProblemHttpResult>> List(
        Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var before = Guid.AllBitsSet;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out before)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        var rows = await db.WorkingGroups.AsNoTracking().Include(row => row.Members).Where(row => row.SecretariatId == id && row.Id.CompareTo(before) < 0)
            .OrderByDescending(row => row.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Id.ToString()) : null;
        return TypedResults.Ok(new Page<GroupLine>(
            [.. rows.Take(size.Value).Select(row => new GroupLine(row.Id, row.Kind, row.Name, row.StateOn(today), row.StartedOn, row.Until, row.EndedOn, row.Members.Count(member => member.LeftOn is null)))], next));
    }

    public static async Task<Results<Ok<GroupView>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        await db.WorkingGroups.AsNoTracking().Include(row => row.Members).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } group
            ? TypedResults.Ok(await GroupViews.ViewAsync(db, group, await rules.TodayAsync(cancellationToken), cancellationToken))
            : http.Problem(Refusal.NotFound());
}

internal static class GroupViews
{
    public static async Task<GroupView> ViewAsync(ParticipantsDb db, WorkingGroup group, DateOnly today, CancellationToken cancellationToken)
    {
        var secretariat = await db.Secretariats.Where(row => row.Id == group.SecretariatId).Select(row => row.Name).SingleAsync(cancellationToken);
        var ids = group.Members.Select(member => member.OrganisationId).Distinct().ToList();
        var names = await db.Organisations.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Name, row.Sector }).ToDictionaryAsync(row => row.Id, cancellationToken);
        Guid?[] cited = [group.StartedBy, group.EndedBy];
        var numbers = await db.Resolutions.Where(row => cited.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Number, cancellationToken);
        return new GroupView(
            group.Id, group.Version, group.SecretariatId, secretariat, group.Kind, group.Name, group.Mandate, group.StateOn(today), group.Hash, group.ProposedOn, group.StartedOn, Cited(group.StartedBy),
            group.Until, group.EndedOn, Cited(group.EndedBy), group.EndReason,
            [.. group.Members.Select(member => new GroupMemberView(member.Id, member.OrganisationId, names[member.OrganisationId].Name, names[member.OrganisationId].Sector, member.Coordinates, member.JoinedOn, member.LeftOn))
                .OrderBy(member => member.LeftOn is not null).ThenByDescending(member => member.Coordinates).ThenBy(member => member.OrganisationName, StringComparer.CurrentCulture)]);

        GroupResolutionView? Cited(Guid? id) => id is { } one ? new GroupResolutionView(one, numbers[one]) : null;
    }
}
