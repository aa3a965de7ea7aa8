-- Registrations of people who have an account, what staff do for people who cannot sign in, and mails of new calls.

-- Whoever registers twice at once is registered once.
create unique index registration_one_waits on registration (account_id, kind) where state = 'UNDER_REVIEW';
create index registration_assisted on registration (id) where channel = 'ASSISTED' and state = 'ACCEPTED';

alter table registration
    -- Of the staff, for a person who cannot sign in; the reason stands in its own column.
    add column withdrawn_by uuid references account check (withdrawn_by is null or state = 'WITHDRAWN');

alter table consent
    -- Of the staff, before whom the person revoked it, and how they asked for it.
    add column revoked_by        uuid references account,
    add column revocation_reason text check (length(revocation_reason) between 1 and 1000),
    add check (revoked_by is null or revoked_at is not null);

-- The name goes into a public list now, which the first wording did not say. What nobody confirmed yet was agreed to under that one: it is asked for anew.
update registration set publish_name = false where state = 'UNCONFIRMED';
create index consent_in_effect on consent (kind, person_id) where revoked_at is null;

-- By staff for a person who cannot sign in.
alter table call_application add column recorded_by uuid references account;

-- How far the people who want to hear of other calls were told of one. A row without a moment is not through.
create table call_announcement (
    call_id uuid        primary key references open_call,
    -- The last person who was written to.
    after   uuid,
    done_at timestamptz
);
-- Calls of before are no news.
insert into call_announcement (call_id, done_at) select id, now() from open_call where published_at is not null;
