-- Why a holding of a seat ended, as everybody reads it, from a list; what was written beside it is not public and goes with its person.
alter table seat_holding
    add column end_cause text check (end_cause in ('RESIGNED', 'REPLACED', 'SUCCEEDED', 'LEFT_POST', 'REMOVED', 'ORGANISATION_LEFT', 'ABSENCES', 'RECORDED_BY_MISTAKE', 'OTHER'));
alter table seat_holding disable trigger user;
update seat_holding set end_cause = case
    when exists (select from seat_holding next where next.continues_id = seat_holding.id) then 'REPLACED' else 'OTHER' end
where ended_on is not null;
alter table seat_holding enable trigger user;
do $$
declare found record;
begin
    for found in select conname from pg_constraint where conrelid = 'seat_holding'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%end_reason IS NULL%' loop
        execute format('alter table seat_holding drop constraint %I', found.conname);
    end loop;
end $$;
alter table seat_holding add constraint seat_holding_end_has_its_cause check ((ended_on is null) = (end_cause is null) and (end_reason is null or ended_on is not null));

-- As in 0042; a holding that ended keeps all but what was written beside its cause.
create or replace function seat_holding_keeps_the_rules() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.ended_on is not null and new.end_reason is null and to_jsonb(new) - 'end_reason' = to_jsonb(old) - 'end_reason' then
        return null; -- What was written beside the cause goes with its person's data.
    end if;
    if tg_op = 'UPDATE' and (old.ended_on is not null
        or to_jsonb(new) - 'ended_on' - 'end_cause' - 'end_reason' - 'held_during' is distinct from to_jsonb(old) - 'ended_on' - 'end_cause' - 'end_reason' - 'held_during') then
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

-- What a preview of an import showed: it is applied as it was shown or not at all.
alter table organisation_import add column shown_sha256 text check (shown_sha256 ~ '^[0-9a-f]{64}$');

-- Names as they are searched: without case, accents and doubled spaces, whatever the accent (OrganisationNames.KeyOf does the same to what is asked for).
create function name_key(name text) returns text language sql immutable strict parallel safe as $$
    select btrim(regexp_replace(regexp_replace(lower(normalize(name, NFD)), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'), '\s+', ' ', 'g'))
$$;

-- What the institution asks of its staff's sign-ins it asks of whoever has their rights by the office of executive secretary of the state's own secretariat.
create or replace function lacks_second_step(who uuid, moment timestamptz) returns boolean language sql stable as $$
    select (select second_step_for_staff from sign_in_policy)
        and (exists (select from staff_post
                where account_id = who and valid_from <= moment and (valid_until is null or valid_until > moment) and (ended_at is null or ended_at > moment))
            or exists (select from secretariat_office
                where account_id = who and office = 'EXECUTIVE_SECRETARY' and ended_on is null
                    and secretariat_id = (select id from secretariat where parent_id is null order by id limit 1)))
        and not exists (select from second_factor where account_id = who and confirmed_at is not null)
$$;
