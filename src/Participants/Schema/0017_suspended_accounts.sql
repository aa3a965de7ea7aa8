-- Suspended by an administrator until they lift it: nobody signs in to the account.
alter table account add column suspended_at timestamptz;

-- Whoever signs in while somebody suspends the account waits for it, and then does not get in.
create function refuse_session_of_suspended_account() returns trigger language plpgsql as $$
begin
    perform from account where id = new.account_id and suspended_at is null for share;
    if not found then
        raise exception 'The account is suspended' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger session_of_suspended_account before insert on session for each row execute function refuse_session_of_suspended_account();
