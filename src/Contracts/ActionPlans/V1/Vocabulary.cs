namespace OpenGov.Contracts.ActionPlans.V1;

public enum CommitmentKind { Cocreated, Proactive }

public enum CommitmentType { InstitutionalChange, OrganisationalChange, ProcessImprovement, Tool }

public enum Pillar { Transparency, Participation, Accountability, Innovation }

/// <summary>SPEC §2.8.</summary>
public enum CommitmentStatus { Draft, Proposed, UnderReview, Approved, Published, InImplementation, Final, Rejected, Withdrawn }

/// <summary>SPEC §2.10.</summary>
public enum ActivityStatus { NotStarted, InProgress, Completed, Verified, Cancelled }

/// <summary>SPEC §3.2.1.</summary>
public enum CompletionLevel { NoEvidence, NotStarted, Limited, Substantial, Complete, Withdrawn }

public enum EvidenceKind { Link, File }

/// <summary>An exact fraction of arbitrary size, in lowest terms, as decimal text (SPEC §3.2.2).</summary>
public sealed record ExactFraction(string Numerator, string Denominator);

/// <summary>
/// Progress of a commitment in percent (0 to 100) as exact fractions: <paramref name="Verified"/> counts VERIFIED
/// activities, <paramref name="Reported"/> counts COMPLETED and VERIFIED ones (SPEC §3.2.2).
/// </summary>
public sealed record CommitmentProgress(ExactFraction Verified, ExactFraction Reported, CompletionLevel Suggested);

/// <summary>An institution and, where known, its unit or post.</summary>
/// <param name="OrganisationId">Null where the source only prints a name.</param>
public sealed record ResponsibleParty(Guid? OrganisationId, string Name, string? Unit);
