using OpenGov.Contracts;
using static OpenGov.ServiceDefaults.Privacy.DataKind;
using static OpenGov.ServiceDefaults.Privacy.OnErasure;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>
/// Everything that the instance keeps of people: what, what for, how long, and what an erasure does to it. One list for all
/// services: it is shown with the integral notice, drives exports and erasures, and a test holds it against every schema.
/// Whoever adds a column that holds something of a person adds a line here.
/// </summary>
public static class PersonalDataRegister
{
    public static IReadOnlyList<PersonalTable> Tables { get; } =
    [
        .. Participants(),
        .. ActionPlans(),
        .. Notifications(),
        .. new[] { Owners.Participants, Owners.ActionPlans, Owners.Transparency, Owners.Notifications }.SelectMany(Shared),
    ];

    public static IEnumerable<PersonalTable> Of(string service) => Tables.Where(table => table.Service == service);

    private static IEnumerable<PersonalTable> Participants()
    {
        const string service = Owners.Participants;
        yield return new(service, "account", "id", DataPurpose.SignIn, DataRetention.WhileAccount,
            new("email", Address, Replace, "'erased-' || id || '@erased.invalid'"),
            new("normalized_email", Address, Replace, "upper('erased-' || id || '@erased.invalid')", IsSecret: true),
            new("display_name", Name, Replace, "'—'"),
            new("password_hash", Credential, Clear, IsSecret: true),
            new("security_stamp", Credential, Replace, "gen_random_uuid()::text", IsSecret: true),
            new("concurrency_stamp", Credential, Replace, "gen_random_uuid()::text", IsSecret: true))
        { AlsoSet = "erased_at = now(), used_at = null, ending_told_at = null" };
        yield return new(service, "invitation", "account_id", DataPurpose.SignIn, DataRetention.UntilUsed, new PersonalColumn("token_hash", Credential, DeleteRow, IsSecret: true));
        yield return new(service, "account_link", "account_id", DataPurpose.SignIn, DataRetention.UntilUsed,
            new("token_hash", Credential, DeleteRow, IsSecret: true), new("new_address_sealed", Address, DeleteRow, IsSecret: true))
        { NotPersonal = ["purpose"] };
        // Goes with the last service's confirmation, which is when nothing is found by a former address any more.
        yield return new(service, "address_change", "account_id", DataPurpose.Following, DataRetention.WhileAccount, new PersonalColumn("id", Activity, Keep));
        yield return new(service, "session", "account_id", DataPurpose.SignIn, DataRetention.Days30,
            new("token_hash", Credential, DeleteRow, IsSecret: true), new("browser", SignIn, DeleteRow), new("system", SignIn, DeleteRow));
        yield return new(service, "second_factor", "account_id", DataPurpose.SignIn, DataRetention.WhileAccount, new PersonalColumn("secret_sealed", Credential, DeleteRow, IsSecret: true));
        yield return new(service, "recovery_code", "account_id", DataPurpose.SignIn, DataRetention.WhileAccount, new PersonalColumn("code_hash", Credential, DeleteRow, IsSecret: true));
        yield return new(service, "passkey", "account_id", DataPurpose.SignIn, DataRetention.WhileAccount,
            new("credential_id", Credential, DeleteRow, IsSecret: true), new("name", SignIn, DeleteRow), new("public_key", Credential, DeleteRow, IsSecret: true))
        { NotPersonal = ["transports"] };
        yield return new(service, "api_key", "account_id", DataPurpose.SignIn, DataRetention.WhileAccount,
            new("name", SignIn, DeleteRow), new("key_hash", Credential, DeleteRow, IsSecret: true), new("scopes", SignIn, DeleteRow));
        yield return new(service, "registration", "account_id", DataPurpose.TakePart, DataRetention.WhileAccount,
            new("municipality", Address, Clear),
            new("contact", Address, Clear),
            new("post", Function, Clear),
            new("identity_check", Request, Clear),
            new("proposal", Activity, Clear),
            new("reason", Activity, Clear))
        {
            NotPersonal = ["kind", "state", "channel", "sector"],
            // That somebody registered stays as a count (INV-51); what was not decided cannot be any more.
            AlsoSet = "state = case when state in ('UNCONFIRMED', 'UNDER_REVIEW') then 'WITHDRAWN' else state end, version = version + 1",
        };
        yield return new(service, "staff_post", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("role", Function, Keep));
        yield return new(service, "mandate", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("organisation_id", Function, Keep));
        yield return new(service, "seat_holding", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent,
            new("organisation_id", Function, Keep), new("end_reason", Activity, Clear))
        { NotPersonal = ["role", "post", "rank", "access", "document", "end_cause"] };
        // A vote is an act in a public function and stays with its reason (INV-52): nobody may rewrite what a body decided and why a member stood aside.
        yield return new(service, "seat_vote", "cast_by", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("conflict_reason", Function, Keep))
        { NotPersonal = ["role", "choice"] };
        yield return new(service, "secretariat_office", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("office", Function, Keep));
        yield return new(service, "representative_invitation", "account_id", DataPurpose.SignIn, DataRetention.UntilUsed,
            new("token_hash", Credential, DeleteRow, IsSecret: true), new("display_name", Name, DeleteRow))
        { Before = ["update representative_invitation set voided_at = now() where invited_by = $1 and accepted_at is null and voided_at is null"] };
        yield return new(service, "consent", "person_id", DataPurpose.Rights, DataRetention.WhileAccount, new("kind", Consent, Keep), new("revocation_reason", Request, Clear));
        yield return new(service, "arco_request", "person_id", DataPurpose.Rights, DataRetention.Permanent,
            new("applicant_name", Name, Clear),
            new("applicant_contact", Address, Clear),
            new("identity_check", Request, Clear),
            new("description", Request, Clear),
            new("prevention", Request, Clear),
            new("completion", Request, Clear),
            new("extension_reason", Request, Clear),
            new("answer", Request, Clear),
            new("rectification", Request, Clear),
            new("effect_reason", Request, Clear))
        { NotPersonal = ["folio", "right_asked", "state", "outcome"] };
        // What a person attached goes with its bytes, whoever uploaded it; an organisation's stays with its application. The row goes with its file (schema).
        yield return new(service, "call_application_document", "account_id", DataPurpose.TakePart, DataRetention.AfterCall, new PersonalColumn("file_name", Upload, DeleteRow))
        {
            NotPersonal = ["media_type", "sha256"],
            Where = "organisation_id is null",
            // Of an organisation's, who attached it has it in their copy, whoever began the application.
            Copied = "(organisation_id is null and account_id = $1 or organisation_id is not null and added_by = $1)",
            Before =
            [
                "update stored_file set attached_at = null where id in (select file_id from call_application_document where account_id = $1 and organisation_id is null)",
                "delete from stored_file where id in (select file_id from call_application_document where account_id = $1 and organisation_id is null)",
            ],
        };
        // An organisation's application is the organisation's; a person's goes, but that somebody was accepted stays as a count.
        yield return new(service, "call_application", "account_id", DataPurpose.TakePart, DataRetention.Permanent,
            new("statement", Request, Clear), new("decision_reason", Request, Clear), new("prevention", Request, Clear), new("completion", Request, Clear))
        {
            NotPersonal = ["sector", "state"],
            Where = "organisation_id is null",
            CopiedWithoutTexts = "organisation_id is not null",
            // What was never sent counts nowhere.
            Before = ["delete from call_application where account_id = $1 and organisation_id is null and state = 'DRAFT'"],
            AlsoSet = "withdrawn_at = case when state in ('SUBMITTED', 'PREVENTED') then now() else withdrawn_at end, state = case when state in ('SUBMITTED', 'PREVENTED') then 'WITHDRAWN' else state end",
        };
        yield return new(service, "declaration_signatory", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("post", Function, Keep))
        { NotPersonal = ["sector", "method"] };
        // What a published call or declaration carries is public; what nothing took goes. What an application carries stands above.
        yield return new(service, "stored_file", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("file_name", Upload, DeleteRow))
        { NotPersonal = ["media_type", "sha256"], Where = "attached_at is null" };
        yield return new(service, "erasure", "person_id", DataPurpose.Accountability, DataRetention.Permanent, new PersonalColumn("reason", Request, Keep));
        // Until it stands in the ledger beside the databases, which keeps the same.
        yield return new(service, "erasure_ledger_entry", "person_id", DataPurpose.Accountability, DataRetention.UntilUsed, new PersonalColumn("act", Request, Keep));
        yield return new(service, "personal_data_access", "subject_id", DataPurpose.Accountability, DataRetention.AccessLog, new PersonalColumn("what", Activity, Keep));
    }

    private static IEnumerable<PersonalTable> ActionPlans()
    {
        const string service = Owners.ActionPlans;
        yield return new(service, "mandate", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("organisation_id", Function, Keep));
        yield return new(service, "staff_post", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("role", Function, Keep));
        yield return new(service, "commitment_acceptance", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("definition_hash", Function, Keep));
        yield return new(service, "progress_report", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("explanation", Function, Keep))
        { NotPersonal = ["from_status", "to_status", "period", "organisation_name"] };
        yield return new(service, "verification", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("note", Function, Keep))
        { NotPersonal = ["from_status", "to_status", "organisation_name"] };
        // A file that became evidence is part of a published report; one that did not goes.
        yield return new(service, "evidence_file", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("file_name", Upload, DeleteRow))
        {
            NotPersonal = ["media_type", "sha256"],
            Where = "attached_at is null",
            Before = ["delete from evidence_file_chunk where file_id in (select id from evidence_file where account_id = $1 and attached_at is null)"],
        };
    }

    private static IEnumerable<PersonalTable> Notifications()
    {
        const string service = Owners.Notifications;
        const string waiting = "state in ('WAITING', 'SENDING')";
        const string struckOut = "state = 'CANCELLED', ended_at = now(), lease_id = null, lease_until = null, token_sealed = null";
        yield return new(service, "staff_post", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("role", Function, Keep));
        yield return new(service, "personal_mail", "subject_id", DataPurpose.Correspondence, DataRetention.UntilUsed, new PersonalColumn("content_sealed", Mail, Clear, IsSecret: true))
        {
            Before =
            [
                $"update delivery set {struckOut} where {waiting} and personal_mail_id in (select id from personal_mail where subject_id = $1)",
                // What a server answered may repeat the address.
                "update delivery set last_error = null where personal_mail_id in (select id from personal_mail where subject_id = $1)",
            ],
        };
        yield return new(service, "solicited_mail", "address_hash", DataPurpose.Operation, DataRetention.Days2, new PersonalColumn("address_hash", Following, DeleteRow, IsSecret: true))
        { FoundBy = SubjectKey.AddressHash };
        yield return new(service, "subscription", "address_hash", DataPurpose.Following, DataRetention.UntilEnded,
            new("address_sealed", Following, Clear, IsSecret: true),
            new("address_hash", Following, Clear, IsSecret: true))
        {
            FoundBy = SubjectKey.AddressHash,
            NotPersonal = ["state", "language"],
            AlsoSet = "state = 'UNSUBSCRIBED', ended_at = now(), version = version + 1",
            Before =
            [
                $"update delivery set {struckOut} where {waiting} and subscription_id in (select id from subscription where address_hash = $1)",
                "update delivery set last_error = null where subscription_id in (select id from subscription where address_hash = $1)",
                "delete from confirmation_token where subscription_id in (select id from subscription where address_hash = $1)",
            ],
        };
    }

    /// <summary>What every service's database has (ServiceDefaults/Schema).</summary>
    private static IEnumerable<PersonalTable> Shared(string service)
    {
        yield return new(service, "idempotency_key", "account_id", DataPurpose.Operation, DataRetention.Days2,
            new("body", Activity, DeleteRow, IsSecret: true), new("location", Activity, DeleteRow))
        { NotPersonal = ["key", "request_hash", "etag"] };
        // Who did what stays; values and reasons written about the person go.
        yield return new(service, "audit_log", "subject_id", DataPurpose.Accountability, DataRetention.Permanent,
            new("before", Activity, Clear), new("after", Activity, Clear), new("reason", Activity, Clear))
        { NotPersonal = ["action", "subject", "trace_id"] };
        yield return new(service, "operator_post", "account_id", DataPurpose.PublicFunction, DataRetention.Permanent, new PersonalColumn("id", Function, Keep));
        yield return new(service, "operator_command", "account_id", DataPurpose.Accountability, DataRetention.Permanent, new PersonalColumn("reason", Activity, Keep))
        { NotPersonal = ["key", "action", "owner", "state", "failure"] };
    }
}
