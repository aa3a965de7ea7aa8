-- What every service's database has: its facts, its audit trail, its place in other owners' facts.

create table event_log (
    event_id          uuid primary key,
    -- Dense, and for each aggregate in the order of its versions; null until the relay numbers the row (docs/decisions/0002).
    sequence          bigint unique,
    type              text        not null,
    aggregate_id      uuid        not null,
    aggregate_version integer     not null check (aggregate_version >= 1),
    occurred_at       timestamptz not null,
    trace_parent      text,
    personal          boolean     not null default false,
    payload           jsonb,
    erased_at         timestamptz,
    check ((payload is null) = (erased_at is not null)),
    check (erased_at is null or personal)
);
create index event_log_unnumbered on event_log (event_id) where sequence is null;
create index event_log_aggregate on event_log (aggregate_id, aggregate_version);

-- Facts are only ever added. What may change: the number, once; the payload of a personal fact, to nothing.
create function event_log_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.event_id, new.type, new.aggregate_id, new.aggregate_version, new.occurred_at, new.personal)
                = (old.event_id, old.type, old.aggregate_id, old.aggregate_version, old.occurred_at, old.personal)
            and new.trace_parent is not distinct from old.trace_parent
            and (old.sequence is null or new.sequence = old.sequence)
            and (new.payload is null or new.payload is not distinct from old.payload)
            and (old.erased_at is null or new.erased_at = old.erased_at) then
            return new;
        end if;
    end if;
    raise exception 'event_log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger event_log_append_only before update or delete on event_log
    for each row execute function event_log_is_append_only();
create trigger event_log_keeps_its_rows before truncate on event_log
    for each statement execute function event_log_is_append_only();

-- The relay's place in the log, one row: the last number given, and the last that the broker confirmed.
create table relay_position (
    only_row  boolean primary key default true check (only_row),
    numbered  bigint not null default 0,
    published bigint not null default 0,
    check (published <= numbered)
);
insert into relay_position default values;

create table inbox_position (
    owner      text   primary key,
    sequence   bigint not null default 0,
    updated_at timestamptz not null default now()
);

-- A fact that could not be applied, and later facts of the same aggregate behind it, until an operator sends them again.
create table inbox_parked (
    owner             text        not null,
    sequence          bigint      not null,
    event_id          uuid        not null,
    type              text        not null,
    aggregate_id      uuid        not null,
    event             jsonb       not null,
    reason            text        not null,
    attempts          integer     not null,
    parked_at         timestamptz not null,
    set_aside_at      timestamptz,
    primary key (owner, sequence)
);
create index inbox_parked_aggregate on inbox_parked (owner, aggregate_id) where set_aside_at is null;

create table audit_log (
    id          uuid primary key,
    at          timestamptz not null,
    account_id  uuid,
    action      text        not null,
    subject     text        not null,
    subject_id  uuid        not null,
    before      jsonb,
    after       jsonb,
    reason      text,
    trace_id    text
);
create index audit_log_subject on audit_log (subject_id, at);

create table idempotency_key (
    key          text        not null,
    account_id   uuid        not null,
    request_hash text        not null,
    status       integer,
    location     text,
    etag         text,
    body         jsonb,
    created_at   timestamptz not null,
    primary key (account_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- Sign-ins that ended while one of their five-minute tokens may still be about.
create table ended_session (
    session_id uuid primary key,
    ended_at   timestamptz not null
);
create index ended_session_age on ended_session (ended_at);
