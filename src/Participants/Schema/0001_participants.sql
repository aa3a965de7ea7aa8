-- Who takes part: accounts and sign-in, staff posts and mandates, organisations, the instance and its legal profile.

create function refuse_delete() returns trigger language plpgsql as $$
begin
    raise exception '% keeps its history', tg_table_name using errcode = 'restrict_violation';
end $$;

-- The only table that holds addresses and names of people.
create table account (
    id                uuid        primary key,
    email             text        not null check (length(email) between 3 and 254),
    normalized_email  text        not null unique,
    display_name      text        not null check (length(btrim(display_name)) between 1 and 120),
    -- Null until the invitation is accepted.
    password_hash     text,
    security_stamp    text        not null,
    concurrency_stamp text        not null,
    created_at        timestamptz not null
);

create table invitation (
    id         uuid        primary key,
    account_id uuid        not null references account,
    token_hash bytea       not null unique check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at),
    used_at    timestamptz,
    voided_at  timestamptz,
    check (used_at is null or voided_at is null)
);
create unique index invitation_one_open on invitation (account_id) where used_at is null and voided_at is null;

create table session (
    id           uuid        primary key,
    version      integer     not null check (version >= 1),
    account_id   uuid        not null references account,
    token_hash   bytea       not null unique check (octet_length(token_hash) = 32),
    started_at   timestamptz not null,
    last_seen_at timestamptz not null check (last_seen_at >= started_at),
    expires_at   timestamptz not null check (expires_at > started_at),
    ended_at     timestamptz check (ended_at >= started_at)
);
create index session_account on session (account_id);

-- Attempts for one typed address, known or not, so that a lock tells nothing about who has an account. The address itself
-- is not here: the subject is a keyed hash of it.
create table sign_in_attempt (
    subject  bytea       primary key check (octet_length(subject) = 32),
    attempts integer     not null check (attempts between 1 and 6),
    last_at  timestamptz not null
);
create index sign_in_attempt_age on sign_in_attempt (last_at);

create table set_up_key (
    key_hash   bytea       primary key check (octet_length(key_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at),
    voided_at  timestamptz
);

create table signing_key (
    key_id             text        primary key,
    public_key         bytea       not null,
    -- PKCS #8, sealed with the instance key.
    sealed_private_key bytea       not null,
    created_at         timestamptz not null,
    retired_at         timestamptz check (retired_at >= created_at)
);
create unique index signing_key_one_signs on signing_key ((true)) where retired_at is null;

create table organisation (
    id            uuid        primary key,
    version       integer     not null check (version >= 1),
    name          text        not null check (length(name) between 2 and 200),
    -- The name without case, accents and doubled spaces: two names that people read as one are one.
    name_key      text        not null unique,
    acronym       text        check (length(acronym) between 1 and 30),
    search_text   text        not null,
    kind          text        not null check (kind in (
        'EXECUTIVE', 'LEGISLATIVE', 'JUDICIAL', 'AUTONOMOUS_BODY', 'MUNICIPALITY', 'UNION', 'PUBLIC_TRUST', 'POLITICAL_PARTY', 'GUARANTOR',
        'CIVIL_SOCIETY_ORGANIZATION', 'ACADEMIC_INSTITUTION', 'BUSINESS', 'PROFESSIONAL_COLLEGE', 'CITIZEN_COUNCIL')),
    sector        text        not null check (sector in ('CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR')),
    cvegeo        text        check (cvegeo ~ '^[0-9]{5}$' and left(cvegeo, 2) between '01' and '32' and right(cvegeo, 3) <> '000'),
    registered_at timestamptz not null,
    check ((kind = 'GUARANTOR') = (sector = 'GUARANTOR')),
    check (kind not in ('EXECUTIVE', 'LEGISLATIVE', 'JUDICIAL', 'AUTONOMOUS_BODY', 'MUNICIPALITY', 'UNION', 'PUBLIC_TRUST', 'POLITICAL_PARTY')
        or sector = 'PUBLIC_BODY'),
    check (kind <> 'CIVIL_SOCIETY_ORGANIZATION' or sector = 'CIVIL_SOCIETY'),
    check (cvegeo is null or kind = 'MUNICIPALITY')
);

create table staff_post (
    id          uuid        primary key,
    version     integer     not null check (version >= 1),
    account_id  uuid        not null references account,
    role        text        not null check (role in ('ADMINISTRATOR', 'EXECUTIVE_SECRETARY', 'OPERATOR')),
    valid_from  timestamptz not null,
    valid_until timestamptz check (valid_until > valid_from),
    ended_at    timestamptz,
    assigned_at timestamptz not null
);
create index staff_post_account on staff_post (account_id);
create unique index staff_post_one_open on staff_post (account_id, role) where valid_until is null and ended_at is null;
create trigger staff_post_stays before delete on staff_post for each row execute function refuse_delete();

create table mandate (
    id              uuid        primary key,
    version         integer     not null check (version >= 1),
    account_id      uuid        not null references account,
    organisation_id uuid        not null references organisation,
    valid_from      timestamptz not null,
    valid_until     timestamptz check (valid_until > valid_from),
    ended_at        timestamptz,
    granted_at      timestamptz not null
);
create index mandate_account on mandate (account_id);
create unique index mandate_one_open on mandate (account_id, organisation_id) where valid_until is null and ended_at is null;
create trigger mandate_stays before delete on mandate for each row execute function refuse_delete();

create table instance (
    id             uuid        primary key,
    only_row       boolean     not null default true unique check (only_row),
    version        integer     not null check (version >= 1),
    cve_ent        text        not null check (cve_ent ~ '^[0-9]{2}$' and cve_ent between '01' and '32'),
    name           text        not null check (length(name) between 2 and 120),
    guarantor_id   uuid        not null references organisation,
    public_address text        not null check (public_address ~ '^https?://[^/?#]+$'),
    primary_colour text        not null check (primary_colour ~ '^#[0-9a-f]{6}$'),
    accent_colour  text        not null check (accent_colour ~ '^#[0-9a-f]{6}$'),
    languages      text[]      not null check (cardinality(languages) between 1 and 20),
    example_data   boolean     not null,
    configured_at  timestamptz not null
);
create trigger instance_stays before delete on instance for each row execute function refuse_delete();

create table instance_logo (
    instance_id uuid  primary key references instance,
    media_type  text  not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
    sha256      text  not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content     bytea not null check (octet_length(content) between 1 and 204800)
);

create table legal_profile (
    id         uuid        primary key,
    version    integer     not null check (version >= 1),
    valid_from date        not null,
    valid_to   date        check (valid_to > valid_from),
    parameters jsonb       not null check (jsonb_typeof(parameters) = 'object'),
    holidays   date[]      not null,
    adopted_at timestamptz not null,
    -- Deferred: adopting one shortens another in the same transaction.
    constraint legal_profile_never_overlaps exclude using gist (daterange(valid_from, valid_to) with &&) deferrable initially deferred
);

-- What was in force stays as it was; only its last day can still be set by the next.
create function legal_profile_is_never_rewritten() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.valid_from <> old.valid_from or new.parameters <> old.parameters
        or new.holidays <> old.holidays or new.adopted_at <> old.adopted_at then
        raise exception 'legal_profile is never rewritten' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger legal_profile_never_rewritten before update on legal_profile
    for each row execute function legal_profile_is_never_rewritten();
create trigger legal_profile_stays before delete on legal_profile for each row execute function refuse_delete();
