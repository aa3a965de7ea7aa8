-- Rights over personal data that are asked for at the desk, from receipt to effect, and what time ends for accounts.

alter table arco_request
    -- INV-50: what stood above the form. Null for requests older than this column.
    add column privacy_notice_id uuid references privacy_notice,
    -- Why a granted cancellation is done though nothing was erased: nothing is kept of the person.
    add column effect_reason     text check (length(effect_reason) <= 4000),
    -- Of the act that comes next; null once nothing is due.
    add column due_on            date generated always as (
        case state when 'RECEIVED' then answer_due when 'PREVENTED' then completion_due when 'ANSWERED' then case when closed_on is null then effective_due end end) stored;
drop index arco_request_open;
create index arco_request_open on arco_request (due_on, id) where closed_on is null;

create function a_request_names_its_notice() returns trigger language plpgsql as $$
begin
    raise exception 'a request names the privacy notice that was shown' using errcode = 'restrict_violation';
end $$;
create trigger arco_request_names_its_notice before insert on arco_request for each row when (new.privacy_notice_id is null) execute function a_request_names_its_notice();

create function a_cancellation_erases() returns trigger language plpgsql as $$
begin
    if new.person_id is null and new.effect_reason is null then
        raise exception 'a granted cancellation without a person says why nothing is erased' using errcode = 'restrict_violation';
    end if;
    if new.person_id is not null and not exists (select from erasure where person_id = new.person_id and completed_at is not null) then
        raise exception 'a granted cancellation takes effect by the erasure' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger arco_request_cancellation_erases before update on arco_request for each row
    when (new.state = 'EFFECTIVE' and old.state <> 'EFFECTIVE' and new.right_asked = 'CANCELLATION' and new.outcome = 'GRANTED')
    execute function a_cancellation_erases();

-- A look at the request of somebody of whom nothing is kept is a look all the same.
alter table personal_data_access
    alter column subject_id drop not null,
    add column arco_request_id uuid,
    add check (subject_id is not null or arco_request_id is not null);
create index personal_data_access_by on personal_data_access (account_id, id desc);
create index personal_data_access_request on personal_data_access (arco_request_id, id desc) where arco_request_id is not null;
