-- The instance as its owner last described it, for the catalogue. One row, or none before the set-up.
create table instance (
    only_row       boolean primary key default true check (only_row),
    cve_ent        text not null check (cve_ent ~ '^[0-9]{2}$'),
    iso            text not null,
    state_name     text not null,
    name           text not null,
    guarantor_id   uuid not null,
    guarantor_name text not null,
    public_address text not null,
    languages      text[] not null,
    example_data   boolean not null
);

create table organisation (
    id      uuid primary key,
    name    text not null,
    acronym text
);

-- A dataset as a whole. Its version rises with every change of its rows, in the transaction of the change.
create table dataset_state (
    name            text collate "C" primary key,
    version         bigint      not null default 0,
    row_count       bigint      not null default 0,
    issued          timestamptz not null default now(),
    modified        timestamptz not null default now(),
    -- The version before this one was made within the same second: Last-Modified cannot tell the two apart.
    modified_shared boolean     not null default false,
    changed_in      xid8
);
insert into dataset_state (name) values ('plans'), ('commitments'), ('key_actions'), ('activities'), ('progress_reports');

-- Each table below is a dataset: its columns are what is published (SPEC 6.5), beside no other. Empty is null, never ''.
-- Identifiers and codes sort by byte, so that an order means the same on every server.

create table plans (
    plan_identifier       text collate "C" primary key,
    plan_id               uuid not null unique,
    plan_version          integer not null check (plan_version >= 1),
    cve_ent               text collate "C" not null check (cve_ent ~ '^[0-9]{2}$'),
    title_es              text not null,
    objective_es          text,
    period_start          date not null,
    period_end            date not null,
    approval_resolution   text not null,
    approval_session      text,
    approved_on           date not null,
    approval_document_url text,
    change_summary_es     text,
    content_sha256        text collate "C" not null,
    commitments_published integer not null,
    commitments_withdrawn integer not null,
    commitments_active    integer not null,
    published_at          timestamptz not null,
    example_data          boolean not null,
    check (commitments_active = commitments_published - commitments_withdrawn)
);

create table commitments (
    commitment_identifier         text collate "C" primary key,
    commitment_id                 uuid not null unique,
    plan_identifier               text collate "C" not null,
    plan_version                  integer not null check (plan_version >= 1),
    number                        integer not null,
    ogp_id                        text collate "C",
    title_es                      text not null,
    kind                          text collate "C" not null,
    types                         text[] not null,
    theme                         text collate "C" not null,
    pillars                       text[] not null,
    public_problem_es             text,
    objective_es                  text,
    responsible_es                text[] not null,
    responsible_units_es          text[] not null,
    responsible_ids               text[] not null,
    co_responsible_es             text[] not null,
    co_responsible_ids            text[] not null,
    territory                     text[] not null,
    sdg_targets                   text[] not null,
    indicator_names_es            text[] not null,
    indicator_units_es            text[] not null,
    indicator_baselines_es        text[] not null,
    indicator_targets_es          text[] not null,
    indicator_periods_es          text[] not null,
    start_date                    date,
    end_date                      date,
    status                        text collate "C" not null,
    withdrawal_resolution         text,
    withdrawal_reason_es          text,
    withdrawn_at                  timestamptz,
    progress_numerator            numeric not null,
    progress_denominator          numeric not null check (progress_denominator > 0),
    progress_value                numeric(7, 4) not null check (progress_value between 0 and 100),
    progress_reported_numerator   numeric not null,
    progress_reported_denominator numeric not null check (progress_reported_denominator > 0),
    progress_reported_value       numeric(7, 4) not null check (progress_reported_value between 0 and 100),
    suggested_level               text collate "C" not null,
    published_at                  timestamptz not null,
    last_reported_at              timestamptz,
    example_data                  boolean
);
create index commitments_of_plan on commitments (plan_identifier, commitment_identifier);

create table key_actions (
    key_action_id         uuid primary key,
    plan_identifier       text collate "C" not null,
    plan_version          integer not null,
    commitment_identifier text collate "C" not null,
    number                integer not null,
    title_es              text not null,
    weight                integer not null check (weight between 1 and 100),
    activities_total      integer not null,
    activities_cancelled  integer not null,
    activities_completed  integer not null,
    activities_verified   integer not null,
    progress_numerator    integer,
    progress_denominator  integer,
    progress_value        numeric(7, 4),
    example_data          boolean
);
create index key_actions_in_order on key_actions (commitment_identifier, number, key_action_id);

create table activities (
    activity_id              uuid primary key,
    plan_identifier          text collate "C" not null,
    plan_version             integer not null,
    commitment_identifier    text collate "C" not null,
    key_action_id            uuid not null,
    key_action_number        integer not null,
    number                   integer not null,
    title_es                 text not null,
    start_date               date not null,
    end_date                 date not null,
    responsible_es           text not null,
    responsible_unit_es      text,
    responsible_id           uuid,
    means_of_verification_es text,
    status                   text collate "C" not null,
    last_reported_at         timestamptz,
    verified_at              timestamptz,
    verified_by_es           text,
    verified_by_id           uuid,
    verification_note_es     text,
    example_data             boolean
);
create index activities_in_order on activities (commitment_identifier, key_action_number, number, activity_id);
create index activities_of_key_action on activities (key_action_id);

create table progress_reports (
    report_id                     uuid primary key,
    reported_at                   timestamptz not null,
    period                        text collate "C" not null,
    plan_identifier               text collate "C",
    commitment_identifier         text collate "C" not null,
    key_action_id                 uuid not null,
    activity_id                   uuid not null,
    activity_title_es             text not null,
    from_status                   text collate "C" not null,
    to_status                     text collate "C" not null,
    explanation_es                text,
    reported_by_es                text not null,
    reported_by_id                uuid,
    evidence_count                integer not null,
    evidence_kinds                text[] not null,
    evidence_urls                 text[] not null,
    evidence_descriptions_es      text[] not null,
    evidence_file_names           text[] not null,
    evidence_sha256               text[] not null,
    evidence_sizes                text[] not null,
    progress_numerator            numeric not null,
    progress_denominator          numeric not null check (progress_denominator > 0),
    progress_value                numeric(7, 4) not null check (progress_value between 0 and 100),
    progress_reported_numerator   numeric not null,
    progress_reported_denominator numeric not null check (progress_reported_denominator > 0),
    progress_reported_value       numeric(7, 4) not null check (progress_reported_value between 0 and 100),
    example_data                  boolean
);
create index progress_reports_in_order on progress_reports (reported_at, report_id);
create index progress_reports_of_commitment on progress_reports (commitment_identifier, reported_at, report_id);
create index progress_reports_of_activity on progress_reports (activity_id, reported_at);

-- Raises the version of the dataset named by the trigger's argument when rows really changed: once in a transaction, whose
-- statements are one change to whoever reads. (A rebuild is one transaction with very many statements; an update of this
-- row for each of them would leave a chain of dead rows that every later one has to walk.)
create function dataset_changed() returns trigger language plpgsql as $$
declare
    added   bigint := 0;
    removed bigint := 0;
    differs boolean;
begin
    if tg_op = 'INSERT' then
        select count(*) into added from after_rows;
        differs := added > 0;
    elsif tg_op = 'DELETE' then
        select count(*) into removed from before_rows;
        differs := removed > 0;
    else
        differs := exists (select * from after_rows except select * from before_rows);
    end if;
    if differs then
        update dataset_state set
            version = version + 1,
            modified_shared = date_trunc('second', now()) <= date_trunc('second', modified),
            modified = greatest(modified, now()),
            changed_in = pg_current_xact_id()
        where name = tg_argv[0] and changed_in is distinct from pg_current_xact_id();
        if added <> removed then
            update dataset_state set row_count = row_count + added - removed where name = tg_argv[0];
        end if;
    end if;
    return null;
end $$;

-- Emptying by TRUNCATE would change what older snapshots see: a reader could get no rows under the former version's ETag.
create function dataset_is_not_truncated() returns trigger language plpgsql as $$
begin
    raise exception 'empty a dataset with DELETE' using errcode = 'restrict_violation';
end $$;

do $$
declare
    dataset text;
begin
    for dataset in select name from dataset_state loop
        execute format('create trigger inserted after insert on %1$I referencing new table as after_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger updated after update on %1$I referencing old table as before_rows new table as after_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger deleted after delete on %1$I referencing old table as before_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger not_truncated before truncate on %1$I
            for each statement execute function dataset_is_not_truncated()', dataset);
    end loop;
end $$;
