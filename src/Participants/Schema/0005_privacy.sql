-- Consents, ARCO requests, erasures, who looked at personal data, breaches (SPEC §4.3).

-- The row stays, with its acts and dates, after its person's data are gone.
alter table account add column erased_at timestamptz;

create table consent (
    id                uuid        primary key,
    person_id         uuid        not null references account,
    kind              text        not null check (kind in ('PUBLISH_NAME', 'OTHER_CALLS')),
    -- Of the wording that was agreed to, and of the notice that stood above it.
    text_version      integer     not null check (text_version >= 1),
    privacy_notice_id uuid        not null references privacy_notice,
    given_at          timestamptz not null,
    revoked_at        timestamptz check (revoked_at >= given_at)
);
create unique index consent_one_given on consent (person_id, kind) where revoked_at is null;

create table arco_request (
    id                uuid        primary key,
    version           integer     not null check (version >= 1),
    year              integer     not null,
    number            integer     not null check (number >= 1),
    folio             text        not null unique,
    -- Null for somebody without an account: staff recorded the request and checked who asks.
    person_id         uuid        references account,
    right_asked       text        not null check (right_asked in ('ACCESS', 'RECTIFICATION', 'CANCELLATION', 'OBJECTION', 'PORTABILITY')),
    state             text        not null check (state in ('RECEIVED', 'PREVENTED', 'NOT_FILED', 'REDIRECTED', 'WITHDRAWN', 'ANSWERED', 'EFFECTIVE')),
    outcome           text        check (outcome in ('GRANTED', 'PARTLY', 'DENIED')),
    applicant_name    text        check (length(applicant_name) <= 200),
    applicant_contact text        check (length(applicant_contact) <= 300),
    -- What was shown, never a copy of it.
    identity_check    text        check (length(identity_check) <= 200),
    identity_checked_by uuid      references account,
    description       text        check (length(description) <= 4000),
    received_at       timestamptz not null,
    received_on       date        not null,
    prevention        text        check (length(prevention) <= 4000),
    prevented_on      date,
    completion_due    date,
    completion        text        check (length(completion) <= 4000),
    completed_on      date,
    answer_due        date,
    extension_reason  text        check (length(extension_reason) <= 4000),
    extended_on       date,
    answer            text        check (length(answer) <= 4000),
    answered_on       date,
    review_due        date,
    effective_due     date,
    effective_on      date,
    closed_on         date,
    -- The due date of which staff were reminded.
    reminded_of       date,
    unique (year, number),
    check (state <> 'RECEIVED' or answer_due is not null),
    check (state <> 'PREVENTED' or completion_due is not null),
    check ((state in ('ANSWERED', 'EFFECTIVE')) = (outcome is not null))
);
create index arco_request_person on arco_request (person_id);
create index arco_request_open on arco_request (coalesce(answer_due, completion_due, effective_due)) where closed_on is null;
create trigger arco_request_stays before delete on arco_request for each row execute function refuse_delete();

create table erasure (
    id              uuid        primary key,
    version         integer     not null check (version >= 1),
    person_id       uuid        not null unique references account,
    arco_request_id uuid        references arco_request,
    reason          text        not null check (reason in ('ARCO', 'RETENTION')),
    ordered_by      uuid        references account,
    ordered_at      timestamptz not null,
    completed_at    timestamptz
);
create table erasure_confirmation (
    erasure_id   uuid        not null references erasure,
    service      text        not null,
    confirmed_at timestamptz not null,
    primary key (erasure_id, service)
);

create table personal_data_access (
    id         uuid        primary key,
    at         timestamptz not null,
    -- Who looked, at whose data, on which occasion.
    account_id uuid        not null,
    subject_id uuid        not null,
    what       text        not null check (length(what) <= 60)
);
create index personal_data_access_subject on personal_data_access (subject_id, at);
create index personal_data_access_age on personal_data_access (at);

create table breach (
    id                    uuid        primary key,
    version               integer     not null check (version >= 1),
    known_at              timestamptz not null,
    occurred_on           date        not null,
    what                  text        not null check (length(what) between 5 and 4000),
    data_kinds            text        not null check (length(data_kinds) between 3 and 1000),
    people_affected       integer     not null check (people_affected >= 0),
    measures              text        not null check (length(measures) between 5 and 4000),
    authority_notified_at timestamptz check (authority_notified_at >= known_at),
    people_notified_at    timestamptz check (people_notified_at >= known_at),
    recorded_by           uuid        not null references account
);
create trigger breach_stays before delete on breach for each row execute function refuse_delete();
