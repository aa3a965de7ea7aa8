using System.Collections.Frozen;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using static OpenGov.Transparency.Datasets.ColumnType;

namespace OpenGov.Transparency.Datasets;

/// <summary>The datasets of SPEC §6.5 that exist so far, in the order of the catalogue. <c>catalogo</c> is a reserved name.</summary>
public static class DatasetDefinitions
{
    private const string Percent = "%";

    public static readonly DatasetDefinition Plans = new("plans", "plan_identifier", ["plan_identifier"],
    [
        Required("plan_identifier", Identifier),
        Required("plan_id", Uuid),
        Required("plan_version", WholeNumber),
        Required("cve_ent", Identifier),
        Required("title_es", Text),
        Optional("objective_es", Text),
        Required("period_start", Date),
        Required("period_end", Date),
        Required("approval_resolution", Text),
        Optional("approval_session", Text),
        Required("approved_on", Date),
        Optional("approval_document_url", Text),
        Optional("change_summary_es", Text),
        Required("content_sha256", Identifier),
        Required("commitments_published", WholeNumber),
        Required("commitments_withdrawn", WholeNumber),
        Required("commitments_active", WholeNumber),
        Required("published_at", Timestamp),
        Required("example_data", ColumnType.Boolean),
    ]);

    public static readonly DatasetDefinition Commitments = new("commitments", "commitment_identifier", ["commitment_identifier"],
    [
        Required("commitment_identifier", Identifier),
        Required("commitment_id", Uuid),
        Required("plan_identifier", Identifier) with { RefersTo = "plans" },
        Required("plan_version", WholeNumber),
        Required("number", WholeNumber),
        Optional("ogp_id", Identifier),
        Required("title_es", Text),
        Required("kind", Code) with { Values = Codes<CommitmentKind>() },
        Required("types", List) with { Values = Codes<CommitmentType>() },
        Required("theme", Code),
        Required("pillars", List) with { Values = Codes<Pillar>() },
        Optional("public_problem_es", Text),
        Optional("objective_es", Text),
        Optional("responsible_es", List),
        Optional("responsible_units_es", List),
        Optional("responsible_ids", List),
        Optional("co_responsible_es", List),
        Optional("co_responsible_ids", List),
        Optional("territory", List),
        Optional("sdg_targets", List),
        Optional("indicator_names_es", List),
        Optional("indicator_units_es", List),
        Optional("indicator_baselines_es", List),
        Optional("indicator_targets_es", List),
        Optional("indicator_periods_es", List),
        Optional("start_date", Date),
        Optional("end_date", Date),
        Required("status", Code) with { Values = Codes<CommitmentStatus>() },
        Optional("withdrawal_resolution", Text),
        Optional("withdrawal_reason_es", Text),
        Optional("withdrawn_at", Timestamp),
        .. Progress,
        Required("suggested_level", Code) with { Values = Codes<CompletionLevel>() },
        Required("published_at", Timestamp),
        Optional("last_reported_at", Timestamp),
        Optional("example_data", ColumnType.Boolean),
    ]);

    public static readonly DatasetDefinition KeyActions = new("key_actions", "key_action_id", ["commitment_identifier", "number", "key_action_id"],
    [
        Required("key_action_id", Uuid),
        Required("plan_identifier", Identifier) with { RefersTo = "plans" },
        Required("plan_version", WholeNumber),
        Required("commitment_identifier", Identifier) with { RefersTo = "commitments" },
        Required("number", WholeNumber),
        Required("title_es", Text),
        Required("weight", WholeNumber) with { Unit = Percent },
        Required("activities_total", WholeNumber),
        Required("activities_cancelled", WholeNumber),
        Required("activities_completed", WholeNumber),
        Required("activities_verified", WholeNumber),
        Optional("progress_numerator", WholeNumber),
        Optional("progress_denominator", WholeNumber),
        Optional("progress_value", DecimalNumber) with { Unit = Percent },
        Optional("example_data", ColumnType.Boolean),
    ]);

    public static readonly DatasetDefinition Activities = new(
        "activities", "activity_id", ["commitment_identifier", "key_action_number", "number", "activity_id"],
    [
        Required("activity_id", Uuid),
        Required("plan_identifier", Identifier) with { RefersTo = "plans" },
        Required("plan_version", WholeNumber),
        Required("commitment_identifier", Identifier) with { RefersTo = "commitments" },
        Required("key_action_id", Uuid) with { RefersTo = "key_actions" },
        Required("key_action_number", WholeNumber),
        Required("number", WholeNumber),
        Required("title_es", Text),
        Required("start_date", Date),
        Required("end_date", Date),
        Required("responsible_es", Text),
        Optional("responsible_unit_es", Text),
        Optional("responsible_id", Uuid),
        Optional("means_of_verification_es", Text),
        Required("status", Code) with { Values = Codes<ActivityStatus>() },
        Optional("last_reported_at", Timestamp),
        Optional("verified_at", Timestamp),
        Optional("verified_by_es", Text),
        Optional("verified_by_id", Uuid),
        Optional("verification_note_es", Text),
        Optional("example_data", ColumnType.Boolean),
    ]);

    public static readonly DatasetDefinition ProgressReports = new("progress_reports", "report_id", ["reported_at", "report_id"],
    [
        Required("report_id", Uuid),
        Required("reported_at", Timestamp),
        Required("period", Identifier),
        Optional("plan_identifier", Identifier) with { RefersTo = "plans" },
        Required("commitment_identifier", Identifier) with { RefersTo = "commitments" },
        Required("key_action_id", Uuid),
        Required("activity_id", Uuid),
        Required("activity_title_es", Text),
        Required("from_status", Code) with { Values = Codes<ActivityStatus>() },
        Required("to_status", Code) with { Values = Codes<ActivityStatus>() },
        Optional("explanation_es", Text),
        Required("reported_by_es", Text),
        Optional("reported_by_id", Uuid),
        Required("evidence_count", WholeNumber),
        Optional("evidence_kinds", List) with { Values = Codes<EvidenceKind>() },
        Optional("evidence_urls", List),
        Optional("evidence_descriptions_es", List),
        Optional("evidence_file_names", List),
        Optional("evidence_sha256", List),
        Optional("evidence_sizes", List),
        .. Progress,
        Optional("example_data", ColumnType.Boolean),
    ]);

    public static readonly DatasetDefinition Declarations = new("declarations", "declaration_id", ["signed_on", "declaration_id"],
    [
        Required("declaration_id", Uuid),
        Required("title_es", Text),
        Required("signed_on", Date),
        Required("text_sha256", Identifier),
        Required("signatories_es", List),
        Required("signatory_ids", List),
        Required("signatory_sectors", List) with { Values = Codes<Sector>() },
        Required("signatory_posts_es", List),
        Required("signatory_signed_on", List),
    ]);

    public static readonly DatasetDefinition OpenCalls = new("open_calls", "call_id", ["number", "call_id"],
    [
        Required("call_id", Uuid),
        Required("number", WholeNumber),
        Required("kind", Code) with { Values = Codes<CallKind>() },
        Required("title_es", Text),
        Required("opens_on", Date),
        Required("closes_on", Date),
        Optional("results_on", Date),
        Optional("sectors", List) with { Values = Codes<Sector>() },
        Required("takes_people", ColumnType.Boolean),
        Required("published_at", Timestamp),
        Required("amendments", WholeNumber),
        Optional("last_amended_at", Timestamp),
        Optional("cancelled_at", Timestamp),
        Optional("resolved_at", Timestamp),
        Optional("accepted_organisations_es", List),
        Optional("accepted_organisation_ids", List),
        Optional("organisations_refused", WholeNumber),
        Optional("organisations_withdrawn", WholeNumber),
        Optional("people_accepted", WholeNumber),
        Optional("people_refused", WholeNumber),
        Optional("people_withdrawn", WholeNumber),
    ]);

    public static readonly DatasetDefinition ParticipationEvents = new("participation_events", "event_id", ["held_on", "event_id"],
    [
        Required("event_id", Uuid),
        Required("kind", Code) with { Values = ["AWARENESS"] },
        Required("topic_es", Text),
        Required("held_on", Date),
        Optional("place_es", Text),
        Optional("link", Text),
        Optional("civil_society", WholeNumber),
        Optional("public_bodies", WholeNumber),
        Optional("guarantors", WholeNumber),
        Optional("citizens", WholeNumber),
        Required("recorded_at", Timestamp),
    ]);

    public static readonly IReadOnlyList<DatasetDefinition> All =
        [Plans, Commitments, KeyActions, Activities, ProgressReports, Declarations, OpenCalls, ParticipationEvents];

    private static readonly FrozenDictionary<string, DatasetDefinition> ByName =
        All.ToFrozenDictionary(dataset => dataset.Name, StringComparer.Ordinal);

    public static DatasetDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Exact fractions in percent and their value with 4 decimals (SPEC §3.2.6).</summary>
    private static Column[] Progress =>
    [
        Required("progress_numerator", WholeNumber),
        Required("progress_denominator", WholeNumber),
        Required("progress_value", DecimalNumber) with { Unit = Percent },
        Required("progress_reported_numerator", WholeNumber),
        Required("progress_reported_denominator", WholeNumber),
        Required("progress_reported_value", DecimalNumber) with { Unit = Percent },
    ];

    private static Column Required(string name, ColumnType type) => new(name, type, true);

    private static Column Optional(string name, ColumnType type) => new(name, type, false);

    private static string[] Codes<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.Code())];
}
