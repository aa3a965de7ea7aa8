-- What the institution asks of its staff's sign-ins. One row.

create table sign_in_policy (
    id                    uuid    primary key,
    only_row              boolean not null default true unique check (only_row),
    version               integer not null check (version >= 1),
    second_step_for_staff boolean not null
);
insert into sign_in_policy (id, version, second_step_for_staff) values (gen_random_uuid(), 1, false);
create trigger sign_in_policy_stays before delete on sign_in_policy for each row execute function refuse_delete();

-- Whether somebody holds a post for which a second step is asked, and has no app for codes. Who signed in with a passkey did both steps.
create function lacks_second_step(who uuid, moment timestamptz) returns boolean language sql stable as $$
    select (select second_step_for_staff from sign_in_policy)
        and exists (select from staff_post
            where account_id = who and valid_from <= moment and (valid_until is null or valid_until > moment) and (ended_at is null or ended_at > moment))
        and not exists (select from second_factor where account_id = who and confirmed_at is not null)
$$;
