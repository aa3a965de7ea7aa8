-- The exercise, its plans as immutable versions, their commitments, what institutions report on them.

-- Copies of Participants' facts. They are emptied when the copy is rebuilt, so nothing refers to them by foreign key.

create table instance (
    id             uuid primary key,
    cve_ent        text not null,
    iso            text not null,
    state_name     text not null,
    name           text not null,
    public_address text not null,
    example_data   boolean not null
);

create table legal_profile (
    id                      uuid not null,
    valid_from              date primary key,
    reporting_period_months integer not null,
    grace_days              integer not null,
    substantial_from        integer not null,
    complete_from           integer not null,
    max_commitments         integer
);

-- search_name and search_acronym: capitals without accents, one space between words (OrganisationNames).
create table organisation (
    id             uuid primary key,
    name           text not null,
    acronym        text,
    kind           text not null,
    sector         text not null,
    cvegeo         text,
    search_name    text not null,
    search_acronym text
);
create index organisation_search_name on organisation (search_name);
create index organisation_search_acronym on organisation (search_acronym);

create table mandate (
    id              uuid primary key,
    account_id      uuid not null,
    organisation_id uuid not null,
    valid_from      timestamptz not null,
    valid_until     timestamptz
);
create index mandate_account on mandate (account_id);
create index mandate_organisation on mandate (organisation_id);

create table staff_post (
    id          uuid primary key,
    account_id  uuid not null,
    role        text not null,
    valid_from  timestamptz not null,
    valid_until timestamptz
);
create index staff_post_account on staff_post (account_id);

-- Reference. A theme that a published commitment uses cannot be deleted, only retired (INV-24).

create table theme (
    code       text primary key,
    title_es   text not null,
    title_en   text not null,
    position   integer not null,
    retired_on date
);
insert into theme (code, title_es, title_en, position) values
    ('PRESUPUESTO', 'Presupuesto y Hacienda Pública', 'Budget and public finance', 1),
    ('MEDIO_AMBIENTE', 'Medio Ambiente', 'Environment', 2),
    ('GRUPOS_VULNERABLES', 'Grupos Vulnerables', 'Vulnerable groups', 3),
    ('RENDICION_CUENTAS', 'Rendición de Cuentas', 'Accountability', 4),
    ('FORTALECIMIENTO_CAPACIDADES', 'Fortalecimiento de Capacidades', 'Capacity building', 5),
    ('CONTRALORIA_SOCIAL', 'Contraloría Social', 'Social auditing', 6),
    ('DESARROLLO_MUNICIPAL', 'Desarrollo Municipal', 'Municipal development', 7),
    ('DESARROLLO_URBANO', 'Desarrollo Urbano', 'Urban development', 8),
    ('EDUCACION', 'Educación', 'Education', 9),
    ('JUSTICIA', 'Justicia', 'Justice', 10),
    ('SEGURIDAD_PUBLICA', 'Seguridad Pública', 'Public safety', 11),
    ('PARLAMENTO_ABIERTO', 'Parlamento Abierto', 'Open parliament', 12),
    ('DESARROLLO_SOCIAL', 'Desarrollo social', 'Social development', 13),
    ('DESARROLLO_ECONOMICO', 'Desarrollo Económico', 'Economic development', 14),
    ('GOBIERNO_ABIERTO', 'Gobierno Abierto', 'Open government', 15),
    ('INFRAESTRUCTURA', 'Infraestructura', 'Infrastructure', 16),
    ('MEJORA_REGULATORIA', 'Mejora Regulatoria', 'Regulatory improvement', 17);

create table exercise (
    id        uuid primary key,
    version   integer not null,
    title     text not null check (length(title) between 1 and 300),
    cve_ent   text not null,
    stage     text not null check (stage in ('PREPARATION', 'DECLARED', 'AWARENESS', 'STL_INSTALLED', 'DIAGNOSIS', 'PROBLEM_ANALYSIS',
                                             'DRAFTING', 'PLAN_PUBLISHED', 'IMPLEMENTATION', 'EVALUATION', 'CLOSED', 'SUSPENDED')),
    opened_on date not null
);
create unique index one_exercise on exercise ((true));

-- What is being prepared: a first version, or an amendment of a published plan (then the plan has the same id).

create table plan_draft (
    id           uuid primary key,
    version      integer not null,
    number       integer not null unique check (number between 1 and 99),
    identifier   text not null unique,
    title        text not null,
    based_on     integer not null check (based_on >= 0),
    content      bytea not null,
    changed_at   timestamptz not null
);

create table draft_commitment (
    id              uuid primary key,
    plan_id         uuid not null references plan_draft (id) on delete cascade,
    number          integer not null,
    identifier      text not null unique,
    definition_hash text not null,
    unique (plan_id, number)
);

-- An institution accepts a commitment as worded: another wording asks for another acceptance (INV-20).
create table commitment_acceptance (
    commitment_id   uuid not null,
    organisation_id uuid not null,
    definition_hash text not null,
    accepted_at     timestamptz not null,
    account_id      uuid not null,
    primary key (commitment_id, organisation_id, definition_hash)
);

-- What is public.

create table plan (
    id                uuid primary key,
    version           integer not null,
    number            integer not null unique check (number between 1 and 99),
    identifier        text not null unique,
    title             text not null,
    period_start      date not null,
    period_end        date not null,
    published_version integer not null check (published_version >= 1),
    example_data      boolean not null,
    published_at      timestamptz not null,
    check (period_start <= period_end)
);

-- The canonical document of each version (RFC 8785) and its SHA-256 (INV-26).
create table plan_version (
    plan_id               uuid not null references plan (id),
    number                integer not null check (number >= 1),
    content               bytea not null,
    content_hash          text not null,
    approval_number       text not null,
    approval_session      text,
    approval_adopted_on   date not null,
    approval_document_url text,
    change_summary        text,
    published_at          timestamptz not null,
    published_by          uuid not null,
    primary key (plan_id, number),
    check (content_hash = encode(sha256(content), 'hex')),
    check (number = 1 or length(change_summary) > 0)
);

create function is_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger plan_version_immutable before update or delete on plan_version for each row execute function is_append_only();

create function plan_version_follows() returns trigger language plpgsql as $$
begin
    if new.number <> 1 + coalesce((select max(number) from plan_version where plan_id = new.plan_id), 0) then
        raise exception 'plan versions are numbered without gaps' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger plan_version_follows before insert on plan_version for each row execute function plan_version_follows();

-- definition: the commitment as published, in the form of the plan document.
-- verified_… and reported_…: exact progress in percent, in lowest terms (SPEC 3.2.2).
create table commitment (
    id                     uuid primary key,
    version                integer not null,
    plan_id                uuid not null references plan (id),
    number                 integer not null check (number between 1 and 99),
    identifier             text not null unique,
    title                  text not null,
    kind                   text not null check (kind in ('COCREATED', 'PROACTIVE')),
    theme                  text not null references theme (code),
    status                 text not null check (status in ('PUBLISHED', 'IN_IMPLEMENTATION', 'FINAL', 'WITHDRAWN')),
    definition             jsonb not null,
    added_in_version       integer not null,
    published_at           timestamptz not null,
    verified_numerator     numeric not null default 0 check (verified_numerator >= 0),
    verified_denominator   numeric not null default 1 check (verified_denominator >= 1),
    reported_numerator     numeric not null default 0 check (reported_numerator >= 0),
    reported_denominator   numeric not null default 1 check (reported_denominator >= 1),
    last_reported_at       timestamptz,
    withdrawn_at           timestamptz,
    withdrawal_reason      text,
    withdrawal_number      text,
    withdrawal_session     text,
    withdrawal_adopted_on  date,
    withdrawal_document_url text,
    unique (plan_id, number),
    check (verified_numerator <= 100 * verified_denominator),
    check (reported_numerator <= 100 * reported_denominator),
    check (reported_numerator * verified_denominator >= verified_numerator * reported_denominator),
    -- INV-28: a withdrawal names its resolution and its reason.
    check ((status = 'WITHDRAWN') = (withdrawn_at is not null)),
    check (withdrawn_at is null or (length(withdrawal_reason) > 0 and length(withdrawal_number) > 0 and withdrawal_adopted_on is not null))
);
create index commitment_theme on commitment (theme, identifier);

create function commitment_status_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a published commitment is never deleted (INV-28)' using errcode = 'restrict_violation';
    end if;
    if new.status <> old.status and not (
        old.status = 'PUBLISHED' and new.status in ('IN_IMPLEMENTATION', 'WITHDRAWN')
        or old.status = 'IN_IMPLEMENTATION' and new.status in ('FINAL', 'WITHDRAWN')) then
        raise exception 'a commitment does not move from % to %', old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger commitment_status_moves before update of status or delete on commitment for each row execute function commitment_status_moves();

-- removed_in_version: an amendment dropped it; its activities are cancelled and its weight no longer counts.
create table key_action (
    id                 uuid primary key,
    commitment_id      uuid not null references commitment (id),
    number             integer not null check (number between 1 and 99),
    title              text not null,
    weight             integer not null check (weight between 1 and 100),
    removed_in_version integer,
    unique (commitment_id, number)
);

-- INV-21, looked at when the transaction ends.
create function key_action_weights_add_to_100() returns trigger language plpgsql as $$
declare
    total integer;
    subject uuid := coalesce(new.commitment_id, old.commitment_id);
begin
    select sum(weight) into total from key_action where commitment_id = subject and removed_in_version is null;
    if total is distinct from 100 then
        raise exception 'the weights of commitment % add to %, not 100 (INV-21)', subject, total using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger key_action_weights after insert or update or delete on key_action
    deferrable initially deferred for each row execute function key_action_weights_add_to_100();

create function commitment_has_key_actions() returns trigger language plpgsql as $$
begin
    if not exists (select from key_action where commitment_id = new.id and removed_in_version is null) then
        raise exception 'commitment % has no key action (INV-21)', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger commitment_key_actions after insert on commitment
    deferrable initially deferred for each row execute function commitment_has_key_actions();

create table activity (
    id                          uuid primary key,
    version                     integer not null,
    commitment_id               uuid not null references commitment (id),
    key_action_id               uuid not null references key_action (id),
    number                      integer not null check (number between 1 and 999),
    title                       text not null,
    starts_on                   date not null,
    ends_on                     date not null,
    responsible_organisation_id uuid not null,
    responsible_name            text not null,
    responsible_unit            text,
    means_of_verification       text not null check (length(means_of_verification) > 0),
    status                      text not null check (status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'VERIFIED', 'CANCELLED')),
    unique (key_action_id, number),
    check (starts_on <= ends_on)
);
create index activity_commitment on activity (commitment_id);
create index activity_responsible on activity (responsible_organisation_id, ends_on, id);

-- SPEC 2.10: one step forward or back; CANCELLED and back by an amendment.
create function activity_moves_one_step() returns trigger language plpgsql as $$
declare
    steps constant text[] := array['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'VERIFIED'];
begin
    if tg_op = 'INSERT' then
        if new.status <> 'NOT_STARTED' then
            raise exception 'an activity begins as NOT_STARTED' using errcode = 'check_violation';
        end if;
    elsif new.status <> old.status and new.status <> 'CANCELLED' and not (old.status = 'CANCELLED' and new.status = 'NOT_STARTED')
        and coalesce(abs(array_position(steps, new.status) - array_position(steps, old.status)), 9) <> 1 then
        raise exception 'an activity does not move from % to %', old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger activity_moves_one_step before insert or update of status on activity for each row execute function activity_moves_one_step();

-- INV-22, looked at when the transaction ends, because an amendment may change the period and the dates together.
create function activities_lie_inside_the_plan() returns trigger language plpgsql as $$
declare
    subject uuid := case tg_table_name when 'plan' then new.id else (select plan_id from commitment where id = (to_jsonb(new) ->> 'commitment_id')::uuid) end;
begin
    if exists (
        select from activity a join commitment c on c.id = a.commitment_id join plan p on p.id = c.plan_id
        where p.id = subject and a.status <> 'CANCELLED' and c.status <> 'WITHDRAWN'
          and (a.starts_on < p.period_start or a.ends_on > p.period_end)) then
        raise exception 'an activity lies outside the period of its plan (INV-22)' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger activity_inside_plan after insert or update of starts_on, ends_on on activity
    deferrable initially deferred for each row execute function activities_lie_inside_the_plan();
create constraint trigger plan_covers_activities after update of period_start, period_end on plan
    deferrable initially deferred for each row execute function activities_lie_inside_the_plan();

create table progress_report (
    id                uuid primary key,
    activity_id       uuid not null references activity (id),
    commitment_id     uuid not null references commitment (id),
    activity_version  integer not null,
    from_status       text not null,
    to_status         text not null check (to_status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED')),
    explanation       text not null check (length(explanation) between 1 and 4000),
    period            text not null,
    organisation_id   uuid not null,
    organisation_name text not null,
    account_id        uuid not null,
    reported_at       timestamptz not null,
    unique (activity_id, activity_version)
);
create index progress_report_activity on progress_report (activity_id, reported_at desc, id desc);
create trigger progress_report_append_only before update or delete on progress_report for each row execute function is_append_only();

-- completed_at null: the upload is under way or was broken off. Never attached within a day: removed.
create table evidence_file (
    id           uuid primary key,
    account_id   uuid not null,
    file_name    text not null check (length(file_name) between 1 and 200),
    media_type   text not null,
    size         bigint not null default 0 check (size between 0 and 26214400),
    sha256       text check (sha256 ~ '^[0-9a-f]{64}$'),
    started_at   timestamptz not null,
    completed_at timestamptz,
    attached_at  timestamptz,
    check ((completed_at is null) = (sha256 is null)),
    check (attached_at is null or completed_at is not null)
);
create index evidence_file_unattached on evidence_file (account_id) where attached_at is null;

create table evidence_file_chunk (
    file_id uuid not null references evidence_file (id) on delete cascade,
    ordinal integer not null,
    content bytea not null,
    primary key (file_id, ordinal)
);
-- Photographs and PDF files are compressed already.
alter table evidence_file_chunk alter column content set storage external;

create function attached_file_stays() returns trigger language plpgsql as $$
begin
    if old.attached_at is not null then
        raise exception 'an attached file is never changed or deleted' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger attached_file_stays before update or delete on evidence_file for each row execute function attached_file_stays();

create function chunks_of_an_attached_file_stay() returns trigger language plpgsql as $$
begin
    if exists (select from evidence_file where id = old.file_id and attached_at is not null) then
        raise exception 'an attached file is never changed or deleted' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger chunks_of_an_attached_file_stay before update or delete on evidence_file_chunk for each row execute function chunks_of_an_attached_file_stay();

create table evidence (
    id          uuid primary key,
    report_id   uuid not null references progress_report (id),
    ordinal     integer not null,
    kind        text not null check (kind in ('LINK', 'FILE')),
    url         text,
    file_id     uuid unique references evidence_file (id),
    description text not null check (length(description) between 1 and 500),
    unique (report_id, ordinal),
    check ((kind = 'LINK') = (url is not null) and (kind = 'FILE') = (file_id is not null)),
    check (url is null or url ~ '^https?://')
);
create trigger evidence_append_only before update or delete on evidence for each row execute function is_append_only();

-- INV-30, first half.
create function completion_has_evidence() returns trigger language plpgsql as $$
begin
    if new.to_status = 'COMPLETED' and new.from_status <> 'COMPLETED' and not exists (select from evidence where report_id = new.id) then
        raise exception 'COMPLETED needs at least one piece of evidence (INV-30)' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger completion_has_evidence after insert on progress_report
    deferrable initially deferred for each row execute function completion_has_evidence();

create table verification (
    id                uuid primary key,
    activity_id       uuid not null references activity (id),
    commitment_id     uuid not null references commitment (id),
    activity_version  integer not null,
    from_status       text not null,
    to_status         text not null,
    note              text not null check (length(note) between 1 and 4000),
    organisation_id   uuid not null,
    organisation_name text not null,
    account_id        uuid not null,
    verified_at       timestamptz not null,
    unique (activity_id, activity_version),
    check (from_status = 'COMPLETED' and to_status = 'VERIFIED' or from_status = 'VERIFIED' and to_status = 'COMPLETED')
);
create index verification_activity on verification (activity_id, verified_at desc);
create trigger verification_append_only before update or delete on verification for each row execute function is_append_only();

-- INV-30, second half.
create function verifier_is_another_institution() returns trigger language plpgsql as $$
begin
    if new.organisation_id = (select responsible_organisation_id from activity where id = new.activity_id) then
        raise exception 'the responsible institution does not verify its own activity (INV-30)' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger verifier_is_another_institution before insert on verification for each row execute function verifier_is_another_institution();

-- Plans of other exercises, as printed. They take no part in anything above.
create table imported_plan (
    id                uuid primary key,
    version           integer not null,
    slug              text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title             text not null,
    jurisdiction      text not null,
    level             text not null check (level in ('STATE', 'MUNICIPAL', 'FEDERAL')),
    cve_ent           text,
    period            text,
    commitment_count  integer not null,
    content           bytea not null,
    imported_at       timestamptz not null
);
