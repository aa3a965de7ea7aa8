-- Whoever has a password sets a new one by a link of their own mail: an invitation never opens a finished account.
update invitation set voided_at = now()
where used_at is null and voided_at is null and account_id in (select id from account where password_hash is not null);

create function refuse_invitation_of_finished_account() returns trigger language plpgsql as $$
begin
    perform from account where id = new.account_id and password_hash is null for share;
    if not found then
        raise exception 'The account is finished' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger invitation_of_finished_account before insert on invitation for each row execute function refuse_invitation_of_finished_account();

-- What the inviter typed: the name in the account is its owner's to tell. Of earlier invitations only that of an account that came of one is known to be it.
alter table representative_invitation add column display_name text not null default '—' check (length(btrim(display_name)) between 1 and 120);
update representative_invitation set display_name = account.display_name
from account
where account.id = account_id and account.password_hash is null and account.privacy_notice_id is null and account.erased_at is null
    and not exists (select from invitation where invitation.account_id = account.id) and not exists (select from registration where registration.account_id = account.id);
alter table representative_invitation alter column display_name drop default;
-- Of new rows: nobody renews their own mandate.
alter table representative_invitation add constraint representative_invitation_of_another check (invited_by <> account_id) not valid;

-- Whose data were erased takes on nothing new; whoever appoints them at that moment waits for the erasure.
create function refuse_erased_account() returns trigger language plpgsql as $$
begin
    if new.account_id is not null then
        perform from account where id = new.account_id and erased_at is null for share;
        if not found then
            raise exception 'The data of the account were erased' using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    return new;
end
$$;
create trigger mandate_of_erased_account before insert on mandate for each row execute function refuse_erased_account();
create trigger staff_post_of_erased_account before insert on staff_post for each row execute function refuse_erased_account();
create trigger seat_holding_of_erased_account before insert on seat_holding for each row execute function refuse_erased_account();
create trigger secretariat_office_of_erased_account before insert on secretariat_office for each row execute function refuse_erased_account();

-- What a granted rectification put right that stands outside the account and its registrations.
alter table arco_request add column rectification text check (length(rectification) between 1 and 1000);
