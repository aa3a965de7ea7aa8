-- INV-22 again: a changed activity looks at itself only, so that a plan with thousands of activities is published in one pass.

create function activity_lies_inside_the_plan() returns trigger language plpgsql as $$
begin
    if exists (
        select from activity a join commitment c on c.id = a.commitment_id join plan p on p.id = c.plan_id
        where a.id = new.id and a.status <> 'CANCELLED' and c.status <> 'WITHDRAWN'
          and (a.starts_on < p.period_start or a.ends_on > p.period_end)) then
        raise exception 'an activity lies outside the period of its plan (INV-22)' using errcode = 'check_violation';
    end if;
    return null;
end $$;
drop trigger activity_inside_plan on activity;
create constraint trigger activity_inside_plan after insert or update of starts_on, ends_on, status on activity
    deferrable initially deferred for each row execute function activity_lies_inside_the_plan();

create or replace function activities_lie_inside_the_plan() returns trigger language plpgsql as $$
begin
    if exists (
        select from activity a join commitment c on c.id = a.commitment_id
        where c.plan_id = new.id and a.status <> 'CANCELLED' and c.status <> 'WITHDRAWN'
          and (a.starts_on < new.period_start or a.ends_on > new.period_end)) then
        raise exception 'an activity lies outside the period of its plan (INV-22)' using errcode = 'check_violation';
    end if;
    return null;
end $$;
