-- An erasure reaches what was followed with former addresses, and an erased account takes on nothing new.

-- Which fact told that an account took another address: its payload goes with the account's erasure. No address stands here.
create table address_change (
    id         uuid        primary key,
    account_id uuid        not null references account,
    at         timestamptz not null
);
create index address_change_account on address_change (account_id);

-- Whose data were erased takes on nothing new, also where it began before the erasure: it waits for the erasure's commit, and is refused then.
create or replace function refuse_session_of_suspended_account() returns trigger language plpgsql as $$
begin
    perform from account where id = new.account_id and suspended_at is null and erased_at is null for share;
    if not found then
        raise exception 'The account is suspended, or its data were erased' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;

create trigger api_key_of_erased_account before insert on api_key for each row execute function refuse_erased_account();
create trigger passkey_of_erased_account before insert on passkey for each row execute function refuse_erased_account();
create trigger second_factor_of_erased_account before insert on second_factor for each row execute function refuse_erased_account();
create trigger recovery_code_of_erased_account before insert on recovery_code for each row execute function refuse_erased_account();
create trigger invitation_of_erased_account before insert on invitation for each row execute function refuse_erased_account();
create trigger representative_invitation_of_erased_account before insert on representative_invitation for each row execute function refuse_erased_account();
create trigger account_link_of_erased_account before insert on account_link for each row execute function refuse_erased_account();
create trigger address_change_of_erased_account before insert on address_change for each row execute function refuse_erased_account();
create trigger registration_of_erased_account before insert on registration for each row execute function refuse_erased_account();
create trigger call_application_of_erased_account before insert on call_application for each row execute function refuse_erased_account();
create trigger declaration_signatory_of_erased_account before insert or update of account_id on declaration_signatory for each row execute function refuse_erased_account();
create trigger stored_file_of_erased_account before insert on stored_file for each row execute function refuse_erased_account();

create function refuse_erased_person() returns trigger language plpgsql as $$
begin
    if new.person_id is not null then
        perform from account where id = new.person_id and erased_at is null for share;
        if not found then
            raise exception 'The data of the person were erased' using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    return new;
end
$$;
create trigger consent_of_erased_person before insert on consent for each row execute function refuse_erased_person();
create trigger arco_request_of_erased_person before insert or update of person_id on arco_request for each row execute function refuse_erased_person();

-- Neither is anything written back into the account itself, nor is it brought back.
create function refuse_change_of_erased_account() returns trigger language plpgsql as $$
begin
    if (new.email, new.normalized_email, new.display_name) is distinct from (old.email, old.normalized_email, old.display_name)
            or new.password_hash is not null or new.used_at is not null or new.ending_told_at is not null or new.erased_at is distinct from old.erased_at then
        raise exception 'The data of the account were erased' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger account_stays_erased before update on account for each row when (old.erased_at is not null) execute function refuse_change_of_erased_account();
