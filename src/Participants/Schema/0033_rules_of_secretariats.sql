-- A version of the governance mechanism that an installed secretariat is to decide on (SPEC 1.2, 2.5): written first, enacted by the resolution about exactly it.
create table mechanism_proposal (
    id             uuid    primary key,
    version        integer not null check (version >= 1),
    secretariat_id uuid    not null references secretariat,
    integration    text    not null check (length(integration) between 1 and 20000),
    functions      text    not null check (length(functions) between 1 and 20000),
    operation      text    not null check (length(operation) between 1 and 20000),
    decisions      text    not null check (length(decisions) between 1 and 20000),
    parameters     jsonb   not null check (jsonb_typeof(parameters) = 'object'),
    hash           text    not null check (hash ~ '^[0-9a-f]{64}$'),
    replaces_id    uuid    not null references governance_mechanism,
    state          text    not null check (state in ('PROPOSED', 'ENACTED', 'WITHDRAWN')),
    proposed_on    date    not null,
    decided_on     date    check (decided_on >= proposed_on),
    -- A resolution enacts one proposal, and a proposal becomes one version.
    resolution_id  uuid    unique references resolution,
    mechanism_id   uuid    unique references governance_mechanism,
    check ((state = 'PROPOSED') = (decided_on is null)),
    check (num_nonnulls(resolution_id, mechanism_id) = case state when 'ENACTED' then 2 else 0 end)
);
create index mechanism_proposal_latest on mechanism_proposal (secretariat_id, id desc);
create trigger mechanism_proposal_stays before delete on mechanism_proposal for each row execute function refuse_delete();

create function a_proposed_mechanism_keeps_its_text() returns trigger language plpgsql as $$
begin
    if old.state <> 'PROPOSED' or (new.id, new.secretariat_id, new.integration, new.functions, new.operation, new.decisions, new.parameters, new.hash, new.replaces_id, new.proposed_on)
        is distinct from (old.id, old.secretariat_id, old.integration, old.functions, old.operation, old.decisions, old.parameters, old.hash, old.replaces_id, old.proposed_on) then
        raise exception 'a proposed mechanism keeps its text' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger mechanism_proposal_keeps_its_text before update on mechanism_proposal for each row execute function a_proposed_mechanism_keeps_its_text();

-- After the installation a version comes into force only by a resolution of its secretariat on the matter, about exactly this hash.
create function a_mechanism_in_force_was_resolved() returns trigger language plpgsql as $$
begin
    if exists (select 1 from secretariat where id = new.secretariat_id and state <> 'INTEGRATING') and not exists (
        select 1 from resolution where id = new.resolution_id and secretariat_id = new.secretariat_id and matter = 'GOVERNANCE_CHANGE' and about_hash = new.hash and superseded_by_id is null) then
        raise exception 'an installed secretariat changes its mechanism by the resolution about exactly it' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger governance_mechanism_was_resolved before insert on governance_mechanism for each row execute function a_mechanism_in_force_was_resolved();

-- What the seat was given by, and whom its holder followed in the same term.
alter table seat_holding
    add column election_id  uuid references seat_election,
    add column continues_id uuid unique references seat_holding check (continues_id <> id);
update seat_holding holding set election_id = election.id
    from seat_election election join election_candidate candidate on candidate.election_id = election.id
    where election.state = 'PROCLAIMED' and candidate.seat_id = holding.seat_id and candidate.organisation_id = holding.organisation_id
        and holding.role = 'TITULAR' and holding.access = 'ELECTION' and holding.valid_from = election.term_from;

-- INV-07 as before; a holding ends once and keeps all else; a term that goes on with another person has no day between the two.
create or replace function seat_holding_keeps_the_rules() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (old.ended_on is not null
        or to_jsonb(new) - 'ended_on' - 'end_reason' - 'held_during' is distinct from to_jsonb(old) - 'ended_on' - 'end_reason' - 'held_during') then
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
    if tg_op = 'INSERT' and new.continues_id is not null and not exists (
        select 1 from seat_holding former where former.id = new.continues_id and former.ended_on = new.valid_from
            and (former.seat_id, former.role, former.organisation_id, former.valid_until, former.access, former.election_id)
                is not distinct from (new.seat_id, new.role, new.organisation_id, new.valid_until, new.access, new.election_id)) then
        raise exception 'a substitute goes on in the same term' using errcode = 'check_violation';
    end if;
    return null;
end $$;

-- INV-08: who leaves a sector without anybody leaves the secretariat suspended, in the same transaction.
create function a_sector_left_with_nobody_suspends() returns trigger language plpgsql as $$
begin
    if new.ended_on > new.valid_from and exists (select 1 from secretariat where id = new.secretariat_id and state = 'INSTALLED') and exists (
        select 1 from unnest(array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']) as needed where not exists (
            select 1 from seat_holding holding join secretariat_seat seat on seat.id = holding.seat_id
            where seat.secretariat_id = new.secretariat_id and seat.sector = needed and holding.role = 'TITULAR' and holding.held_during @> new.ended_on)) then
        raise exception 'INV-08 a sector without anybody suspends the secretariat' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger seat_holding_suspends after update of ended_on on seat_holding deferrable initially deferred for each row execute function a_sector_left_with_nobody_suspends();

-- INV-05: a facilitator is somebody. Those of before stay until their office ends.
alter table secretariat_office add constraint inv_05_a_facilitator_is_named
    check (office <> 'FACILITATOR' or num_nonnulls(organisation_id, account_id) >= 1 or ended_on is not null) not valid;

create function an_office_keeps_its_history() returns trigger language plpgsql as $$
begin
    if old.ended_on is not null or to_jsonb(new) - 'ended_on' is distinct from to_jsonb(old) - 'ended_on' then
        raise exception 'secretariat_office keeps its history' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger secretariat_office_keeps_its_history before update on secretariat_office for each row execute function an_office_keeps_its_history();

create function an_office_has_one_holder() returns trigger language plpgsql as $$
begin
    perform 1 from secretariat where id = new.secretariat_id for update;
    if exists (
        select 1 from secretariat_office this join secretariat_office other on other.secretariat_id = this.secretariat_id and other.office = this.office and other.id <> this.id
        where this.id = new.id and daterange(this.valid_from, this.ended_on) && daterange(other.valid_from, other.ended_on)) then
        raise exception 'one holds an office at a time' using errcode = 'exclusion_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_office_has_one_holder after insert on secretariat_office deferrable initially deferred for each row execute function an_office_has_one_holder();

create function an_attendance_ends_once() returns trigger language plpgsql as $$
begin
    if old.left_at is not null or to_jsonb(new) - 'left_at' is distinct from to_jsonb(old) - 'left_at' then
        raise exception 'session_attendance keeps its history' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger session_attendance_ends_once before update on session_attendance for each row execute function an_attendance_ends_once();

-- What an installation and a return rest on, seen when the transaction ends: seats and offices of the same one count.
create function an_installation_rests_on_its_rules() returns trigger language plpgsql as $$
declare
    seats bigint; organisations bigint; sectors bigint; facilitator secretariat_office; chair secretariat_office; secretary secretariat_office;
begin
    if new.state = 'INTEGRATING' then
        raise exception 'an installed secretariat stays installed' using errcode = 'restrict_violation';
    end if;
    if old.state <> 'INTEGRATING' then
        -- INV-08
        if exists (select 1 from unnest(array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']) as needed where not exists (
            select 1 from seat_holding holding join secretariat_seat seat on seat.id = holding.seat_id
            where seat.secretariat_id = new.id and seat.sector = needed and holding.role = 'TITULAR' and holding.held_during && daterange(old.suspended_on, null))) then
            raise exception 'INV-08 a secretariat returns with somebody in each sector' using errcode = 'check_violation';
        end if;
        return null;
    end if;
    select count(*), count(distinct holding.organisation_id), count(distinct seat.sector) into seats, organisations, sectors
        from seat_holding holding join secretariat_seat seat on seat.id = holding.seat_id
        where seat.secretariat_id = new.id and holding.role = 'TITULAR' and holding.held_during @> new.installed_on;
    if sectors < 3 then
        raise exception 'INV-01 each sector has a seat that is occupied' using errcode = 'check_violation';
    end if;
    if seats < 3 or organisations < 3 then
        raise exception 'INV-02 three seats of three organisations' using errcode = 'check_violation';
    end if;
    select * into facilitator from secretariat_office where secretariat_id = new.id and office = 'FACILITATOR' and daterange(valid_from, ended_on) @> new.installed_on;
    if facilitator.id is null and not exists (select 1 from legal_profile where parameters ->> 'facilitatorRequired' = 'false') then
        raise exception 'INV-05 a facilitator is named' using errcode = 'check_violation';
    end if;
    if exists (select 1 from seat_holding where secretariat_id = new.id and held_during @> new.installed_on
        and (organisation_id = facilitator.organisation_id or account_id = facilitator.account_id)) then
        raise exception 'INV-05 the facilitator holds no seat' using errcode = 'check_violation';
    end if;
    select * into chair from secretariat_office where secretariat_id = new.id and office = 'CHAIR' and daterange(valid_from, ended_on) @> new.installed_on;
    select * into secretary from secretariat_office where secretariat_id = new.id and office = 'EXECUTIVE_SECRETARY' and daterange(valid_from, ended_on) @> new.installed_on;
    if chair.id is null or secretary.id is null then
        raise exception 'INV-06 chair and executive secretary are assigned' using errcode = 'check_violation';
    end if;
    if chair.organisation_id = secretary.organisation_id
        and not exists (select 1 from governance_mechanism where id = new.installed_with and (parameters ->> 'chairMayBeExecutiveSecretary')::boolean) then
        raise exception 'INV-06 one organisation has both offices only where the mechanism says so' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_rests_on_its_rules after update of state on secretariat deferrable initially deferred for each row
    when (old.state is distinct from new.state and (old.state = 'INTEGRATING' or new.state <> 'SUSPENDED')) execute function an_installation_rests_on_its_rules();

-- INV-08, INV-10: a vote is cast by whoever holds the seat that day and is there, in a secretariat that is not suspended. Mexico's days begin between five and
-- eight hours after those of UTC: a holding of either day counts.
create or replace function a_vote_goes_into_an_open_ballot() returns trigger language plpgsql as $$
begin
    -- Waits for a close that is under way.
    perform 1 from ballot where id = new.ballot_id and closed_at is null and new.seat_id = any (seats) for share;
    if not found then
        raise exception 'INV-12 the ballot is closed or does not have this seat' using errcode = 'check_violation';
    end if;
    if not exists (select 1 from seat_holding where id = new.holding_id and seat_id = new.seat_id and role = new.role
        and held_during && daterange((new.cast_at at time zone 'UTC' - interval '8 hours')::date, (new.cast_at at time zone 'UTC' - interval '5 hours')::date, '[]')) then
        raise exception 'INV-10 a vote is cast by who holds the seat on the day' using errcode = 'check_violation';
    end if;
    if not exists (
        select 1 from ballot join motion on motion.id = ballot.motion_id join session_attendance attendance on attendance.session_id = motion.session_id
        where ballot.id = new.ballot_id and attendance.seat_id = new.seat_id and attendance.holding_id = new.holding_id and attendance.left_at is null) then
        raise exception 'INV-10 a vote is cast by who is there' using errcode = 'check_violation';
    end if;
    if not exists (
        select 1 from ballot join motion on motion.id = ballot.motion_id join secretariat_session session on session.id = motion.session_id join secretariat on secretariat.id = session.secretariat_id
        where ballot.id = new.ballot_id and session.state = 'OPEN' and secretariat.state = 'INSTALLED') then
        raise exception 'INV-08 a secretariat that is suspended does not vote' using errcode = 'check_violation';
    end if;
    return new;
end $$;

-- INV-13: a resolution is what its last ballot carried, and says what its motion says.
create function a_resolution_is_what_was_carried() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from ballot join motion on motion.id = ballot.motion_id join secretariat_session session on session.id = motion.session_id
        where ballot.id = new.ballot_id and motion.id = new.motion_id and session.id = new.session_id and session.secretariat_id = new.secretariat_id
            and ballot.closed_at is not null and ballot.outcome = 'CARRIED' and ballot.round = (select max(round) from ballot last where last.motion_id = motion.id)
            and (ballot.rule, cardinality(ballot.seats), ballot.base, ballot.in_favour, ballot.against, ballot.abstentions, ballot.absent)
                = (new.rule, new.occupied_seats, new.base, new.in_favour, new.against, new.abstentions, new.absent)
            and (motion.text, motion.matter, motion.about_kind, motion.about_id, motion.about_hash) is not distinct from (new.text, new.matter, new.about_kind, new.about_id, new.about_hash)) then
        raise exception 'INV-13 a resolution is what its ballot carried' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger resolution_was_carried before insert on resolution for each row execute function a_resolution_is_what_was_carried();
