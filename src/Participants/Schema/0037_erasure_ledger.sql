-- A restored backup knows nothing of what was erased or revoked after it was made. What must not come back goes from here into a ledger
-- beside the databases, and then out of this table.

create table erasure_ledger_entry (
    id        bigint      generated always as identity primary key,
    person_id uuid        not null,
    act       text        not null check (act in ('ERASED', 'REVOKED_PUBLISH_NAME', 'REVOKED_OTHER_CALLS')),
    at        timestamptz not null
);

-- RESTORE: erased before, and brought back by a backup.
alter table erasure drop constraint erasure_reason_check;
alter table erasure add constraint erasure_reason_check check (reason in ('ARCO', 'RETENTION', 'RESTORE'));

create function an_erasure_goes_into_the_ledger() returns trigger language plpgsql as $$
begin
    insert into erasure_ledger_entry (person_id, act, at) values (new.person_id, 'ERASED', new.ordered_at);
    return null;
end $$;
-- What is erased again stands there already.
create trigger erasure_goes_into_the_ledger after insert on erasure for each row when (new.reason <> 'RESTORE') execute function an_erasure_goes_into_the_ledger();

create function a_revocation_goes_into_the_ledger() returns trigger language plpgsql as $$
begin
    insert into erasure_ledger_entry (person_id, act, at) values (new.person_id, 'REVOKED_' || new.kind, new.revoked_at);
    return null;
end $$;
create trigger consent_revocation_goes_into_the_ledger after update of revoked_at on consent for each row
    when (old.revoked_at is null and new.revoked_at is not null) execute function a_revocation_goes_into_the_ledger();
