-- A seat that nobody holds any more is retired, with its day and reason (SPEC 2.4.6: never overwritten); what happened in it stays.
alter table secretariat_seat
    add column retired_on    date check (retired_on >= created_on),
    add column retire_reason text check (length(retire_reason) between 2 and 1000),
    add check ((retired_on is null) = (retire_reason is null));
drop trigger secretariat_seat_stays on secretariat_seat;
create trigger secretariat_seat_stays before delete on secretariat_seat for each row execute function refuse_delete();

create function a_seat_retires_once() returns trigger language plpgsql as $$
begin
    if old.retired_on is not null or to_jsonb(new) - 'retired_on' - 'retire_reason' is distinct from to_jsonb(old) - 'retired_on' - 'retire_reason' then
        raise exception 'secretariat_seat keeps its history' using errcode = 'restrict_violation';
    end if;
    -- Whoever writes a holding or calls an election has the secretariat's row: they and this do not miss each other.
    perform 1 from secretariat where id = new.secretariat_id for update;
    if exists (select 1 from seat_holding where seat_id = new.id and held_during && daterange(new.retired_on, null)) then
        raise exception 'a seat that somebody holds does not retire' using errcode = 'check_violation';
    end if;
    if exists (select 1 from seat_election where state = 'CALLED' and new.id = any (seats)) then
        raise exception 'a seat that is voted on does not retire' using errcode = 'check_violation';
    end if;
    if exists (select 1 from secretariat where id = new.secretariat_id and state <> 'INTEGRATING') and not exists (
        select 1 from secretariat_seat where secretariat_id = new.secretariat_id and sector = new.sector and id <> new.id and retired_on is null) then
        raise exception 'INV-01 each sector keeps a seat' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger secretariat_seat_retires_once before update on secretariat_seat for each row execute function a_seat_retires_once();

create function a_retired_seat_is_held_by_nobody() returns trigger language plpgsql as $$
begin
    if exists (select 1 from secretariat_seat where id = new.seat_id and retired_on is not null and new.held_during && daterange(retired_on, null)) then
        raise exception 'a retired seat is held by nobody' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger seat_holding_of_a_seat_in_force after insert or update on seat_holding for each row execute function a_retired_seat_is_held_by_nobody();

-- The chair runs sessions as well, and corrects their minutes.
alter table minutes_version drop constraint minutes_version_office_check;
alter table minutes_version add check (office in ('ADMINISTRATOR', 'EXECUTIVE_SECRETARY', 'CHAIR'));
