-- Who carries out commitments: the kinds that are neither civil society nor mapped to a sector by the state (SectorRules.IsObligatedSubject).
create function is_obligated_subject(kind text) returns boolean language sql immutable strict parallel safe as $$
    select kind not in ('CIVIL_SOCIETY_ORGANIZATION', 'ACADEMIC_INSTITUTION', 'BUSINESS', 'PROFESSIONAL_COLLEGE', 'CITIZEN_COUNCIL')
$$;

-- INV-05, SPEC §2.4.3, as long as somebody facilitates: neither they nor their institution are, or act for, an obligated subject or an organisation with a seat in the
-- same secretariat. Of the new office, mandate or seat only; what was there before stays until it ends.
create function who_facilitates_is_independent() returns trigger language plpgsql as $$
declare
    -- The latest of Mexico's days: a term that ended at midnight is over in all of them.
    today date := (now() at time zone 'UTC' - interval '5 hours')::date;
begin
    if tg_table_name = 'seat_holding' then
        -- Another person for the same organisation: nothing new.
        if exists (select 1 from seat_holding former where former.id = new.continues_id and former.organisation_id = new.organisation_id) then
            return null;
        end if;
    end if;
    -- Office, mandate and seat are written by transactions that do not see each other: the second to end waits here, and sees the first. Last of all locks.
    perform pg_advisory_xact_lock(x'7061727400000046'::bigint);
    if exists (
        select 1 from secretariat_office office
        cross join lateral (
            select office.organisation_id as id, null::uuid as mandate_id where office.organisation_id is not null
            union all
            select mandate.organisation_id, mandate.id from mandate
            where mandate.account_id = office.account_id and mandate.ended_at is null and (mandate.valid_until is null or mandate.valid_until > now())) acts_for
        join organisation on organisation.id = acts_for.id
        left join seat_holding seat on seat.secretariat_id = office.secretariat_id and seat.organisation_id = acts_for.id
            and seat.ended_on is null and (seat.valid_until is null or seat.valid_until > today)
        where office.office = 'FACILITATOR' and office.ended_on is null and case tg_table_name
            when 'secretariat_office' then office.id = new.id and (seat.id is not null or is_obligated_subject(organisation.kind))
            when 'mandate' then acts_for.mandate_id = new.id and (seat.id is not null or is_obligated_subject(organisation.kind))
            else seat.id = new.id end) then
        raise exception 'INV-05 who facilitates is independent' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_office_is_independent after insert on secretariat_office deferrable initially deferred
    for each row when (new.office = 'FACILITATOR') execute function who_facilitates_is_independent();
create constraint trigger mandate_leaves_facilitators_independent after insert on mandate deferrable initially deferred
    for each row execute function who_facilitates_is_independent();
create constraint trigger seat_holding_leaves_facilitators_independent after insert on seat_holding deferrable initially deferred
    for each row execute function who_facilitates_is_independent();

-- INV-06 as long as they hold them, by whichever way an office passes on: chair and executive secretary are of two organisations unless the mechanism says otherwise.
create function chair_and_secretary_are_two() returns trigger language plpgsql as $$
begin
    perform 1 from secretariat where id = new.secretariat_id for update;
    if exists (
        select 1 from secretariat_office this join secretariat_office other on other.secretariat_id = this.secretariat_id and other.organisation_id = this.organisation_id and other.office <> this.office
        where this.id = new.id and this.ended_on is null and other.ended_on is null and other.office in ('CHAIR', 'EXECUTIVE_SECRETARY'))
        and not coalesce((select (parameters ->> 'chairMayBeExecutiveSecretary')::boolean from governance_mechanism where secretariat_id = new.secretariat_id order by number desc limit 1), false) then
        raise exception 'INV-06 one organisation has both offices only where the mechanism says so' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger secretariat_office_is_one_of_two after insert on secretariat_office deferrable initially deferred
    for each row when (new.office in ('CHAIR', 'EXECUTIVE_SECRETARY')) execute function chair_and_secretary_are_two();
