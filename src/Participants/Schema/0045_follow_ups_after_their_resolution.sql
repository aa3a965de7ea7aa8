-- What became of a resolution is told of a day since its adoption, and of none that is yet to come. The earliest and the latest day that it can then have
-- been in any state: the service asks for the state's own. Rows that are older stay as they were told.
create function follow_up_is_of_a_day_since_its_resolution() returns trigger language plpgsql as $$
begin
    if new.noted_on < (select (adopted_at at time zone 'UTC' - interval '8 hours')::date from resolution where id = new.resolution_id)
        or new.noted_on > (new.recorded_at at time zone 'UTC' - interval '5 hours')::date then
        raise exception 'what became of a resolution is told of a day since its adoption' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger resolution_follow_up_since_adoption before insert on resolution_follow_up for each row execute function follow_up_is_of_a_day_since_its_resolution();
