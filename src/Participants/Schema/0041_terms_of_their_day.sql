-- Terms by the rules of their day: versions that can be withdrawn before theirs, extensions that are kept, and what staff were told once.

-- Before its first day a version can be withdrawn, with its reason; on it and after it, never.
alter table legal_profile
    add column withdrawn_at      timestamptz,
    add column withdrawn_by      uuid references account,
    add column withdrawal_reason text check (length(withdrawal_reason) between 5 and 2000),
    add constraint legal_profile_withdrawn_whole check ((withdrawn_at is null) = (withdrawal_reason is null) and (withdrawn_at is null) = (withdrawn_by is null)),
    -- The earliest day that it then was in any state: the service asks for the state's own.
    add constraint legal_profile_withdrawn_before_its_day check (valid_from > ((withdrawn_at at time zone 'UTC') - interval '8 hours')::date);
alter table legal_profile drop constraint legal_profile_never_overlaps;
alter table legal_profile add constraint legal_profile_never_overlaps
    exclude using gist (daterange(valid_from, valid_to) with &&) where (withdrawn_at is null) deferrable initially deferred;

create or replace function legal_profile_is_never_rewritten() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.valid_from <> old.valid_from or new.parameters <> old.parameters
        or new.holidays <> old.holidays or new.adopted_at <> old.adopted_at
        or new.adopted_by is distinct from old.adopted_by or new.reason is distinct from old.reason
        or (old.withdrawn_at is not null and (new.withdrawn_at, new.withdrawn_by, new.withdrawal_reason) is distinct from (old.withdrawn_at, old.withdrawn_by, old.withdrawal_reason)) then
        raise exception 'legal_profile is never rewritten' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

-- Years of which administrators were told that the calendar lacks them; a year that is there again is forgotten.
create table calendar_notice (
    year    integer     primary key,
    told_at timestamptz not null
);

alter table arco_request
    -- Business days that the extension added: they are added again where the answer's term begins anew. Unknown of older ones.
    add column extension_days  integer check (extension_days > 0),
    -- The due date that passed, of which staff had a mail.
    add column overdue_told_of date;

-- An erasure leaves nothing to answer what else its person had asked: those requests end with it, and say by which request they did.
alter table arco_request
    add column ended_by uuid references arco_request,
    drop constraint arco_request_state_check,
    add constraint arco_request_state_check check (state in ('RECEIVED', 'PREVENTED', 'NOT_FILED', 'REDIRECTED', 'WITHDRAWN', 'ANSWERED', 'EFFECTIVE', 'WITHOUT_MATTER')),
    drop constraint arco_request_check2,
    add constraint arco_request_outcome check (state = 'WITHOUT_MATTER' or (state in ('ANSWERED', 'EFFECTIVE')) = (outcome is not null)),
    add constraint arco_request_ended check (ended_by is null or state = 'WITHOUT_MATTER'),
    add constraint arco_request_without_matter_is_closed check (state <> 'WITHOUT_MATTER' or closed_on is not null);
