-- A secretariat is suspended because a sector has nobody (INV-08), because it resolved so itself (SPEC 2.2, SX), or both; each with its days and its cause.
create table secretariat_suspension (
    id                   uuid   primary key,
    secretariat_id       uuid   not null references secretariat,
    cause                text   not null check (cause in ('COMPOSITION', 'RESOLUTION')),
    suspended_on         date   not null,
    missing_sectors      text[] not null check (missing_sectors <@ array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']),
    resolution_id        uuid   unique references resolution,
    returned_on          date   check (returned_on >= suspended_on),
    return_resolution_id uuid   unique references resolution,
    check ((cause = 'RESOLUTION') = (resolution_id is not null)),
    check (cause <> 'RESOLUTION' or cardinality(missing_sectors) = 0),
    check ((return_resolution_id is not null) = (cause = 'RESOLUTION' and returned_on is not null))
);
create unique index secretariat_suspension_goes_on on secretariat_suspension (secretariat_id, cause) where returned_on is null;
create trigger secretariat_suspension_stays before delete on secretariat_suspension for each row execute function refuse_delete();

insert into secretariat_suspension (id, secretariat_id, cause, suspended_on, missing_sectors)
    select gen_random_uuid(), secretariat.id, 'COMPOSITION', suspended_on, array(
        select needed from unnest(array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']) as needed where not exists (
            select 1 from seat_holding holding join secretariat_seat seat on seat.id = holding.seat_id
            where seat.secretariat_id = secretariat.id and seat.sector = needed and holding.role = 'TITULAR' and holding.held_during @> suspended_on))
    from secretariat where state = 'SUSPENDED';

create function a_suspension_ends_once() returns trigger language plpgsql as $$
begin
    if old.returned_on is not null or to_jsonb(new) - 'returned_on' - 'return_resolution_id' is distinct from to_jsonb(old) - 'returned_on' - 'return_resolution_id' then
        raise exception 'secretariat_suspension keeps its history' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger secretariat_suspension_ends_once before update on secretariat_suspension for each row execute function a_suspension_ends_once();

create function a_suspension_was_resolved() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from (values (new.resolution_id, 'SECRETARIAT_SUSPENSION'), (new.return_resolution_id, 'SECRETARIAT_RETURN')) as asked (resolution, code)
        where asked.resolution is not null and not exists (
            select 1 from resolution where id = asked.resolution and secretariat_id = new.secretariat_id and matter = asked.code and about_kind = asked.code and about_id = new.secretariat_id)) then
        raise exception 'a suspension and its end rest on the resolutions about them' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_suspension_was_resolved after insert or update on secretariat_suspension deferrable initially deferred for each row execute function a_suspension_was_resolved();

-- Suspended while a cause goes on, and not otherwise; seen when the transaction ends.
create function a_suspension_has_its_cause() returns trigger language plpgsql as $$
declare
    its uuid := coalesce(to_jsonb(new) ->> 'secretariat_id', to_jsonb(new) ->> 'id');
begin
    if exists (select 1 from secretariat where id = its
        and (state = 'SUSPENDED') <> exists (select 1 from secretariat_suspension where secretariat_id = its and returned_on is null)) then
        raise exception 'INV-08 a secretariat is suspended while a cause goes on' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_suspended_for_a_cause after insert or update of state on secretariat deferrable initially deferred for each row execute function a_suspension_has_its_cause();
create constraint trigger secretariat_suspension_suspends after insert or update on secretariat_suspension deferrable initially deferred for each row execute function a_suspension_has_its_cause();

-- INV-08: who leaves a sector without anybody leaves the secretariat suspended for that, in the same transaction, whatever else suspends it.
create or replace function a_sector_left_with_nobody_suspends() returns trigger language plpgsql as $$
begin
    if new.ended_on > new.valid_from and exists (select 1 from secretariat where id = new.secretariat_id and state <> 'INTEGRATING')
        and not exists (select 1 from secretariat_suspension where secretariat_id = new.secretariat_id and cause = 'COMPOSITION' and returned_on is null) and exists (
        select 1 from unnest(array['CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR']) as needed where not exists (
            select 1 from seat_holding holding join secretariat_seat seat on seat.id = holding.seat_id
            where seat.secretariat_id = new.secretariat_id and seat.sector = needed and holding.role = 'TITULAR' and holding.held_during @> new.ended_on)) then
        raise exception 'INV-08 a sector without anybody suspends the secretariat' using errcode = 'check_violation';
    end if;
    return null;
end $$;

-- As before, but for the last rule: a secretariat that resolved its suspension still votes on its return and on minutes, in extraordinary sessions.
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
        where ballot.id = new.ballot_id and session.state = 'OPEN' and (secretariat.state = 'INSTALLED'
            or (session.kind = 'EXTRAORDINARY' and motion.matter in ('SECRETARIAT_RETURN', 'MINUTES_APPROVAL') and not exists (
                select 1 from secretariat_suspension where secretariat_id = secretariat.id and cause = 'COMPOSITION' and returned_on is null)))) then
        raise exception 'INV-08 a secretariat that is suspended does not vote' using errcode = 'check_violation';
    end if;
    return new;
end $$;
