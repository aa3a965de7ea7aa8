-- What an organisation that ended had before it goes on with who stands in its place; what was done under it stays under its name.

-- The organisation that was listed first to sign, where it ended before it did.
alter table declaration_signatory add column in_place_of uuid references organisation check (in_place_of <> organisation_id);

-- A term goes on with another person of the same organisation, or of the one that stands in its place: as before otherwise.
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
            and (former.seat_id, former.role, former.valid_until, former.access, former.election_id)
                is not distinct from (new.seat_id, new.role, new.valid_until, new.access, new.election_id)
            and (former.organisation_id = new.organisation_id or exists (
                select 1 from organisation_succession s
                where (s.organisation_id, s.successor_id) in ((former.organisation_id, new.organisation_id), (new.organisation_id, former.organisation_id))))) then
        raise exception 'a substitute goes on in the same term' using errcode = 'check_violation';
    end if;
    return null;
end $$;
