-- Technical Secretariats (SPEC §1.2, §2.4, §2.5): seats and who holds them, sessions, ballots, votes, resolutions.

create table secretariat (
    id             uuid    primary key,
    version        integer not null check (version >= 1),
    name           text    not null unique check (length(name) between 2 and 200),
    parent_id      uuid    references secretariat,
    state          text    not null check (state in ('INTEGRATING', 'INSTALLED', 'SUSPENDED')),
    formed_on      date    not null,
    declared_on    date,
    declared_by    text[]  not null check (declared_by <@ array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']),
    declaration    text    check (length(declaration) between 2 and 500),
    installed_on   date,
    installed_with uuid,
    suspended_on   date,
    check (parent_id <> id),
    -- INV-03, INV-04
    check (state = 'INTEGRATING' or (installed_on is not null and installed_with is not null and declared_on <= installed_on and cardinality(declared_by) = 3)),
    check ((state = 'SUSPENDED') = (suspended_on is not null))
);
create trigger secretariat_stays before delete on secretariat for each row execute function refuse_delete();

create table governance_mechanism (
    id             uuid    primary key,
    secretariat_id uuid    not null references secretariat,
    number         integer not null check (number >= 1),
    integration    text    not null check (length(integration) <= 20000),
    functions      text    not null check (length(functions) <= 20000),
    operation      text    not null check (length(operation) <= 20000),
    decisions      text    not null check (length(decisions) <= 20000),
    parameters     jsonb   not null check (jsonb_typeof(parameters) = 'object'),
    hash           text    not null check (hash ~ '^[0-9a-f]{64}$'),
    resolution_id  uuid,
    written_on     date    not null,
    unique (secretariat_id, number)
);
alter table secretariat add foreign key (installed_with) references governance_mechanism;

create table secretariat_seat (
    id             uuid    primary key,
    secretariat_id uuid    not null references secretariat,
    number         integer not null check (number >= 1),
    sector         text    not null check (sector in ('CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR')),
    created_on     date    not null,
    unique (secretariat_id, number)
);
create trigger secretariat_seat_stays before update or delete on secretariat_seat for each row execute function refuse_delete();

create table seat_holding (
    id              uuid not null primary key,
    secretariat_id  uuid not null references secretariat,
    seat_id         uuid not null references secretariat_seat,
    role            text not null check (role in ('TITULAR', 'ALTERNATE')),
    organisation_id uuid not null references organisation,
    account_id      uuid references account,
    -- A post ("Dirección General"), never a name.
    post            text check (length(post) between 2 and 200),
    access          text not null check (access in ('APPOINTMENT', 'ELECTION')),
    document        text not null check (length(document) between 2 and 500),
    valid_from      date not null,
    valid_until     date check (valid_until > valid_from),
    ended_on        date check (ended_on >= valid_from),
    end_reason      text check (length(end_reason) between 2 and 1000),
    check ((ended_on is null) = (end_reason is null)),
    held_during     daterange not null generated always as (daterange(
        valid_from, case when num_nonnulls(valid_until, ended_on) > 0 then greatest(valid_from, least(valid_until, ended_on)) end)) stored
);
create index seat_holding_seat on seat_holding (seat_id, valid_from);
create index seat_holding_account on seat_holding (account_id);

-- INV-07, and one titular and one alternate at a time. An exclusion constraint over uuid and daterange would need an extension.
create function seat_holding_keeps_the_rules() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.id, new.seat_id, new.role, new.organisation_id, new.account_id, new.valid_from, new.valid_until)
        is distinct from (old.id, old.seat_id, old.role, old.organisation_id, old.account_id, old.valid_from, old.valid_until) then
        raise exception 'seat_holding keeps its history' using errcode = 'restrict_violation';
    end if;
    -- Whoever writes a holding has the secretariat's row: two writers cannot miss each other.
    perform 1 from secretariat where id = new.secretariat_id for update;
    if exists (select 1 from seat_holding other where other.seat_id = new.seat_id and other.role = new.role and other.id <> new.id and other.held_during && new.held_during) then
        raise exception 'seat_already_held' using errcode = 'exclusion_violation';
    end if;
    if exists (select 1 from seat_holding other where other.secretariat_id = new.secretariat_id and other.account_id = new.account_id and other.id <> new.id and other.held_during && new.held_during) then
        raise exception 'INV-07 a person holds one seat' using errcode = 'exclusion_violation';
    end if;
    if exists (
        select 1 from seat_holding other join secretariat_seat its on its.id = other.seat_id join secretariat_seat this on this.id = new.seat_id
        where other.secretariat_id = new.secretariat_id and other.organisation_id = new.organisation_id and other.id <> new.id
            and other.held_during && new.held_during and its.sector <> this.sector) then
        raise exception 'INV-07 an organisation sits in one sector' using errcode = 'exclusion_violation';
    end if;
    return null;
end $$;
create constraint trigger seat_holding_rules after insert or update on seat_holding for each row execute function seat_holding_keeps_the_rules();
create trigger seat_holding_stays before delete on seat_holding for each row execute function refuse_delete();

create table secretariat_office (
    id              uuid primary key,
    secretariat_id  uuid not null references secretariat,
    office          text not null check (office in ('CHAIR', 'EXECUTIVE_SECRETARY', 'FACILITATOR')),
    organisation_id uuid references organisation,
    account_id      uuid references account,
    valid_from      date not null,
    ended_on        date check (ended_on >= valid_from),
    check (organisation_id is not null or office = 'FACILITATOR'),
    constraint secretariat_office_one_holds exclude using btree (secretariat_id with =, office with =) where (ended_on is null) deferrable initially deferred
);
create trigger secretariat_office_stays before delete on secretariat_office for each row execute function refuse_delete();

create table secretariat_session (
    id             uuid        primary key,
    version        integer     not null check (version >= 1),
    secretariat_id uuid        not null references secretariat,
    kind           text        not null check (kind in ('ORDINARY', 'EXTRAORDINARY')),
    number         integer     not null check (number >= 1),
    state          text        not null check (state in ('CONVENED', 'OPEN', 'CLOSED', 'CANCELLED')),
    starts_at      timestamptz not null,
    second_call_at timestamptz not null check (second_call_at >= starts_at),
    remote         boolean     not null,
    place          text        not null check (length(place) between 2 and 300),
    link           text        check (link ~ '^https?://' and length(link) <= 2000),
    convened_at    timestamptz not null,
    call           integer     check (call in (1, 2)),
    opened_at      timestamptz check (opened_at >= starts_at),
    closed_at      timestamptz check (closed_at >= opened_at),
    cancel_reason  text        check (length(cancel_reason) between 2 and 1000),
    unique (secretariat_id, kind, number),
    check ((state in ('OPEN', 'CLOSED')) = (opened_at is not null and call is not null)),
    check ((state = 'CLOSED') = (closed_at is not null)),
    check ((state = 'CANCELLED') = (cancel_reason is not null))
);
create index secretariat_session_latest on secretariat_session (secretariat_id, starts_at desc, id desc);
create trigger secretariat_session_stays before delete on secretariat_session for each row execute function refuse_delete();

create table agenda_item (
    id         uuid    primary key,
    session_id uuid    not null references secretariat_session,
    number     integer not null check (number >= 1),
    title      text    not null check (length(title) between 2 and 300),
    matter     text    not null check (matter ~ '^[A-Z][A-Z0-9_]{1,59}$'),
    notified   boolean not null,
    unique (session_id, number)
);
create trigger agenda_item_stays before update or delete on agenda_item for each row execute function refuse_delete();

create table session_attendance (
    id         uuid        primary key,
    session_id uuid        not null references secretariat_session,
    seat_id    uuid        not null references secretariat_seat,
    holding_id uuid        not null references seat_holding,
    role       text        not null check (role in ('TITULAR', 'ALTERNATE')),
    remote     boolean     not null,
    came_at    timestamptz not null,
    left_at    timestamptz check (left_at >= came_at),
    -- Deferred: the alternate leaves and the titular comes in one transaction.
    constraint session_attendance_one_sits exclude using btree (session_id with =, seat_id with =) where (left_at is null) deferrable initially deferred
);
create trigger session_attendance_stays before delete on session_attendance for each row execute function refuse_delete();

create table motion (
    id             uuid    primary key,
    session_id     uuid    not null references secretariat_session,
    agenda_item_id uuid    not null references agenda_item,
    number         integer not null check (number >= 1),
    text           text    not null check (length(text) between 2 and 4000),
    matter         text    not null,
    about_kind   text    check (about_kind ~ '^[A-Z][A-Z0-9_]{1,59}$'),
    about_id     uuid,
    about_hash   text    check (about_hash ~ '^[0-9a-f]{64}$'),
    supersedes_id  uuid,
    responsible_id uuid    references organisation,
    due_on         date,
    unique (session_id, number),
    check ((about_kind is null) = (about_id is null)),
    check (about_hash is null or about_id is not null)
);
create trigger motion_stays before update or delete on motion for each row execute function refuse_delete();

create function motion_is_on_the_notified_agenda() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from agenda_item item join secretariat_session session on session.id = item.session_id
        where item.id = new.agenda_item_id and item.session_id = new.session_id and (item.notified or session.kind = 'ORDINARY')) then
        raise exception 'INV-14 only notified matters are voted in an extraordinary session' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger motion_notified before insert on motion for each row execute function motion_is_on_the_notified_agenda();

create table ballot (
    id            uuid        primary key,
    motion_id     uuid        not null references motion,
    round         integer     not null check (round >= 1),
    rule          text        not null check (rule in ('CONSENSUS', 'SIMPLE_MAJORITY', 'TWO_THIRDS', 'THREE_FIFTHS')),
    majority_base text        not null check (majority_base in ('PRESENT', 'OCCUPIED_SEATS')),
    seats         uuid[]      not null check (cardinality(seats) >= 1),
    opened_at     timestamptz not null,
    closed_at     timestamptz check (closed_at >= opened_at),
    base          integer,
    in_favour     integer     check (in_favour >= 0),
    against       integer     check (against >= 0),
    abstentions   integer     check (abstentions >= 0),
    absent        integer     check (absent >= 0),
    outcome       text        check (outcome in ('CARRIED', 'NOT_CARRIED', 'TIED')),
    unique (motion_id, round),
    check (num_nonnulls(closed_at, base, in_favour, against, abstentions, absent, outcome) in (0, 7)),
    constraint inv_12_totals_are_the_occupied_seats check (in_favour + against + abstentions + absent = cardinality(seats)),
    check (base = case majority_base when 'PRESENT' then cardinality(seats) - absent else cardinality(seats) end),
    constraint carried_by_its_formula check ((outcome = 'CARRIED') = case rule
        when 'CONSENSUS' then against = 0 and in_favour >= 1
        when 'SIMPLE_MAJORITY' then in_favour >= base / 2 + 1
        when 'TWO_THIRDS' then in_favour >= 1 and 3 * in_favour >= 2 * base
        else in_favour >= 1 and 5 * in_favour >= 3 * base end)
);
create trigger ballot_stays before delete on ballot for each row execute function refuse_delete();

create function a_closed_ballot_stays() returns trigger language plpgsql as $$
begin
    if old.closed_at is not null or (new.id, new.motion_id, new.round, new.rule, new.majority_base, new.seats, new.opened_at)
        is distinct from (old.id, old.motion_id, old.round, old.rule, old.majority_base, old.seats, old.opened_at) then
        raise exception 'a ballot is closed once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger ballot_closes_once before update on ballot for each row execute function a_closed_ballot_stays();

create table seat_vote (
    id                   uuid        primary key,
    ballot_id            uuid        not null references ballot,
    seat_id              uuid        not null references secretariat_seat,
    holding_id           uuid        not null references seat_holding,
    role                 text        not null check (role in ('TITULAR', 'ALTERNATE')),
    choice               text        not null check (choice in ('IN_FAVOUR', 'AGAINST', 'ABSTENTION')),
    conflict_of_interest boolean     not null,
    cast_by              uuid        not null references account,
    by_secretary         boolean     not null,
    cast_at              timestamptz not null,
    check (not conflict_of_interest or choice = 'ABSTENTION'),
    constraint inv_12_one_vote_per_seat unique (ballot_id, seat_id)
);
create trigger seat_vote_stays before update or delete on seat_vote for each row execute function refuse_delete();

create function a_vote_goes_into_an_open_ballot() returns trigger language plpgsql as $$
begin
    -- Waits for a close that is under way.
    perform 1 from ballot where id = new.ballot_id and closed_at is null and new.seat_id = any (seats) for share;
    if not found then
        raise exception 'INV-12 the ballot is closed or does not have this seat' using errcode = 'check_violation';
    end if;
    if not exists (select 1 from seat_holding where id = new.holding_id and seat_id = new.seat_id and role = new.role
        and (ended_on is null or ended_on > valid_from)) then
        raise exception 'INV-10 a vote is cast by a holder of its seat' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger seat_vote_in_time before insert on seat_vote for each row execute function a_vote_goes_into_an_open_ballot();

create table resolution (
    id               uuid        primary key,
    version          integer     not null check (version >= 1),
    secretariat_id   uuid        not null references secretariat,
    session_id       uuid        not null references secretariat_session,
    motion_id        uuid        not null unique references motion,
    ballot_id        uuid        not null unique references ballot,
    number           integer     not null check (number >= 1),
    text             text        not null check (length(text) between 2 and 4000),
    matter           text        not null,
    about_kind     text,
    about_id       uuid,
    about_hash     text,
    rule             text        not null,
    occupied_seats   integer     not null,
    base             integer     not null,
    in_favour        integer     not null,
    against          integer     not null,
    abstentions      integer     not null,
    absent           integer     not null,
    responsible_id   uuid        references organisation,
    due_on           date,
    adopted_at       timestamptz not null,
    supersedes_id    uuid        unique references resolution,
    superseded_by_id uuid        unique references resolution deferrable initially deferred,
    unique (secretariat_id, number),
    check (in_favour + against + abstentions + absent = occupied_seats)
);
create index resolution_about on resolution (about_id) where about_id is not null;
create trigger resolution_stays before delete on resolution for each row execute function refuse_delete();
alter table governance_mechanism add foreign key (resolution_id) references resolution;
alter table motion add foreign key (supersedes_id) references resolution;

-- INV-13: all but the number of the row's version and the one that stands in its place.
create function a_resolution_is_never_rewritten() returns trigger language plpgsql as $$
begin
    if old.superseded_by_id is not null
        or to_jsonb(new) - 'version' - 'superseded_by_id' <> to_jsonb(old) - 'version' - 'superseded_by_id' then
        raise exception 'INV-13 a resolution is superseded, never edited' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger resolution_never_rewritten before update on resolution for each row execute function a_resolution_is_never_rewritten();
create trigger governance_mechanism_stays before update or delete on governance_mechanism for each row execute function refuse_delete();
