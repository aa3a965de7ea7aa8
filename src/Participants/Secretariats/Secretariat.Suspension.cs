using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>When it decides nothing for a while, and how it comes back: for want of a sector (INV-08) or by its own resolution (SPEC §2.2, SX).</summary>
public sealed partial class Secretariat
{
    /// <summary>The suspension that it resolved itself and that goes on.</summary>
    public Suspension? SuspendedByResolution => GoingOn(SuspensionCause.Resolution);

    /// <summary>
    /// SHA-256 of how it stands towards its own suspension, lower-case hex: a resolution about suspension or return names it, so that what was put to the vote
    /// before another session decided the same has no effect after it.
    /// </summary>
    public string Standing => Suspension.StandingOf(Id, suspensions.Count(row => row.Cause == SuspensionCause.Resolution), SuspendedByResolution is not null);

    /// <summary>Why it decides nothing but what ends its suspension; null where it decides.</summary>
    public Refusal? WhySuspended =>
        State != SecretariatState.Suspended ? null
        : DecidesOnReturn ? Refusal.Conflict("secretariat_suspended_by_resolution")
        : Refusal.Conflict("secretariat_suspended");

    /// <summary>INV-08 on a day: a sector may have lost its last holder at midnight, before the day's review notices.</summary>
    public Refusal? WhySuspendedOn(DateOnly day) => WhyLacking(day) ?? WhySuspended;

    /// <summary>The same where it may still decide on its return.</summary>
    public Refusal? WhyLacking(DateOnly day) =>
        State != SecretariatState.Integrating && On(day).MissingSectors.Count > 0 ? Refusal.Conflict("secretariat_suspended") : null;

    /// <summary>It resolved its suspension, and each sector has somebody to decide on the return.</summary>
    public bool DecidesOnReturn => SuspendedByResolution is not null && GoingOn(SuspensionCause.Composition) is null;

    /// <summary>
    /// INV-08, after every act of integration and when a day has passed: without a seat holder in one of the three sectors it is suspended,
    /// and returns once there is one in each, unless it resolved its suspension as well.
    /// </summary>
    /// <returns>True where that changed something.</returns>
    public bool Review(DateOnly today)
    {
        if (State == SecretariatState.Integrating)
            return false;
        var (missing, lacking) = (On(today).MissingSectors, GoingOn(SuspensionCause.Composition));
        if (missing.Count > 0 == lacking is not null)
            return false;
        if (lacking is null)
            suspensions.Add(Suspension.ForWantOf(Id, missing, today));
        else
            lacking.End(today, null);
        Settle(missing, today);
        return true;
    }

    /// <summary>Whether a motion may be put, or voted on, as the secretariat stands; what is neither about its suspension nor about its return may as far as this goes.</summary>
    /// <param name="matter">Of the point: it says by which rule is voted.</param>
    public Result MayResolve(DecisionSubject? subject, string? matter)
    {
        if (!Matters.IsOwnSuspension(subject?.Kind) && !Matters.IsOwnSuspension(matter))
            return Result.Done;
        if (!Matters.IsOwnSuspension(matter) || (subject is not null && subject.Kind != matter))
            return Refusal.Rule("suspension_needs_its_matter", "agendaItemId");
        if (subject?.Id != Id)
            return Refusal.Rule("suspension_names_secretariat", "subjectId");
        if (matter == Matters.Return && SuspendedByResolution is null)
            return Refusal.Conflict("secretariat_not_suspended_by_resolution");
        if (matter == Matters.Suspension && WhySuspended is { } already)
            return already;
        return subject.VersionHash == Standing ? Result.Done : Refusal.Rule("secretariat_stands_otherwise", "subjectHash");
    }

    /// <summary>Suspends it, or brings it back, by what a session of its own resolved (SPEC §2.2, SX).</summary>
    /// <returns>False where the resolution is about something else, or was overtaken by another: it stays on record and changes nothing.</returns>
    public bool CarryOut(Resolution resolution, DateOnly today)
    {
        if (resolution.SecretariatId != Id || !Matters.IsOwnSuspension(resolution.SubjectKind)
            || MayResolve(new DecisionSubject(resolution.SubjectKind!, resolution.SubjectId!.Value, resolution.SubjectHash), resolution.Matter).IsRefused)
            return false;
        if (resolution.Matter == Matters.Suspension)
            suspensions.Add(Suspension.By(resolution, today));
        else
            SuspendedByResolution!.End(today, resolution.Id);
        Settle([], today);
        return true;
    }

    private Suspension? GoingOn(SuspensionCause cause) => suspensions.Find(row => row.Cause == cause && row.GoesOn);

    /// <summary>It is suspended while any cause goes on; others hear of the first and of the last.</summary>
    private void Settle(IReadOnlyList<Sector> missing, DateOnly today)
    {
        Touch();
        var suspended = suspensions.Exists(row => row.GoesOn);
        if (suspended && State == SecretariatState.Installed)
        {
            (State, SuspendedOn) = (SecretariatState.Suspended, today);
            facts.Add(new SecretariatSuspendedV1(Id, Touch(), today, missing));
        }
        else if (!suspended && State == SecretariatState.Suspended)
        {
            (State, SuspendedOn) = (SecretariatState.Installed, null);
            facts.Add(new SecretariatReturnedV1(Id, Touch(), today));
        }
    }
}
