-- Who adopted a version of the rules, and why. Null for the first, which the set-up makes.
alter table legal_profile
    add column adopted_by uuid references account,
    add column reason     text check (length(reason) between 5 and 2000);

create or replace function legal_profile_is_never_rewritten() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.valid_from <> old.valid_from or new.parameters <> old.parameters
        or new.holidays <> old.holidays or new.adopted_at <> old.adopted_at
        or new.adopted_by is distinct from old.adopted_by or new.reason is distinct from old.reason then
        raise exception 'legal_profile is never rewritten' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
