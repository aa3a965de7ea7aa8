-- Of those told in the day's pass, people who cannot sign in: the executive secretary is told of all of them in one mail, at the pass's end.
alter table retention_pass add column cannot_sign_in integer not null default 0 check (cannot_sign_in >= 0);

-- What signs somebody in or acts for them outlives no suspension, also where it began before: it waits for the suspension's or the erasure's commit, and is refused then.
create function is_in_force(a account) returns boolean language sql stable as $$ select a.erased_at is null and a.suspended_at is null $$;

create function refuse_account_not_in_force() returns trigger language plpgsql as $$
begin
    perform from account a where a.id = new.account_id and is_in_force(a) for share;
    if not found then
        raise exception 'The account is suspended, or its data were erased' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
drop trigger session_of_suspended_account on session;
drop function refuse_session_of_suspended_account();
drop trigger api_key_of_erased_account on api_key;
drop trigger passkey_of_erased_account on passkey;
create trigger session_of_account_in_force before insert on session for each row execute function refuse_account_not_in_force();
create trigger api_key_of_account_in_force before insert on api_key for each row execute function refuse_account_not_in_force();
create trigger passkey_of_account_in_force before insert on passkey for each row execute function refuse_account_not_in_force();

-- Keys that were made at the moment of an earlier suspension.
update api_key k set revoked_at = greatest(now(), k.created_at), version = k.version + 1
from account a
where a.id = k.account_id and k.revoked_at is null and not is_in_force(a);

-- The file that somebody attaches for an organisation is under their own name, not under that of the colleague who began the application; a person's is theirs,
-- also where staff attach it for them.
update stored_file f set account_id = d.added_by
from call_application_document d
where d.file_id = f.id and d.organisation_id is not null and f.account_id <> d.added_by;

create function document_is_under_its_uploader() returns trigger language plpgsql as $$
begin
    if not exists (select from stored_file where id = new.file_id and account_id = case when new.organisation_id is null then new.account_id else new.added_by end) then
        raise exception 'a document is under the name of who attached it' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger document_is_under_its_uploader before insert on call_application_document for each row execute function document_is_under_its_uploader();
