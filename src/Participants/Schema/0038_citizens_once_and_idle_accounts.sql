-- Nobody counts twice as a citizen. Doubles from before stay as they are: what was counted is put right by whoever withdraws one.

create function nobody_is_twice_a_citizen() returns trigger language plpgsql as $$
begin
    -- Two at once: the second waits for the first, and then sees it.
    perform from account where id = new.account_id for no key update;
    if exists (select from registration where account_id = new.account_id and kind = 'CITIZEN' and state = 'ACCEPTED' and id <> new.id) then
        raise exception 'registration_counts' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger registration_of_a_citizen_once before insert or update of state on registration for each row
    when (new.kind = 'CITIZEN' and new.state = 'ACCEPTED') execute function nobody_is_twice_a_citizen();

-- Accounts of people who never registered end by time too, once they hold nothing and do not sign in.
alter table account
    -- Of the sign-ins that are no longer kept; who is signed in stands in session.
    add column used_at        timestamptz,
    add column ending_told_at timestamptz;

-- As retention_pass: how far the day's look at them has come.
create table idle_account_pass (
    only_row boolean primary key default true check (only_row),
    day      date not null,
    after    uuid
);
