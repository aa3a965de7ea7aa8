-- Requirements of a call that a document shows, and the documents that applicants attach for them. They are personal: who applied and who
-- reviews have them, and nobody else.

-- Added to a published call, never taken away or rewritten: whoever attached something attached it for this.
create table open_call_asked_document (
    id       uuid    primary key,
    call_id  uuid    not null references open_call on delete cascade,
    position integer not null check (position >= 1),
    text     text    not null check (length(text) between 3 and 500),
    required boolean not null
);
create index open_call_asked_document_of on open_call_asked_document (call_id);

create function asked_document_stays() returns trigger language plpgsql as $$
begin
    if exists (select from open_call where id = old.call_id and published_at is not null) then
        raise exception 'what a published call asks for stays' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger asked_document_stays before update or delete on open_call_asked_document for each row execute function asked_document_stays();

-- A draft is its writer's alone until it is sent. What was not sent may go; what was sent is never a draft again.
alter table call_application
    drop constraint call_application_state_check,
    add constraint call_application_state_check check (state in ('DRAFT', 'SUBMITTED', 'PREVENTED', 'WITHDRAWN', 'ACCEPTED', 'REFUSED'));
create index call_application_draft on call_application (call_id) where state = 'DRAFT';
drop trigger call_application_stays on call_application;

create function sent_application_stays() returns trigger language plpgsql as $$
begin
    if old.state <> 'DRAFT' and (tg_op = 'DELETE' or new.state = 'DRAFT') then
        raise exception 'an application that was sent stays' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger sent_application_stays before update or delete on call_application for each row execute function sent_application_stays();

create table call_application_document (
    id              uuid        primary key,
    application_id  uuid        not null references call_application,
    -- As in the application: by them an erasure finds what is a person's own.
    account_id      uuid        not null references account,
    organisation_id uuid        references organisation,
    -- Null: something else that was missing.
    asked_id        uuid        references open_call_asked_document,
    -- It came when what was missing was asked for; what was sent before stays beside it.
    completes       boolean     not null,
    file_name       text        not null check (length(file_name) between 1 and 200),
    media_type      text        not null,
    size            bigint      not null check (size between 1 and 26214400),
    sha256          text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    -- With the file goes its row: neither is left without the other.
    file_id         uuid        not null unique references stored_file on delete cascade,
    added_at        timestamptz not null,
    added_by        uuid        not null references account,
    check (asked_id is not null or completes)
);
create unique index call_application_document_once on call_application_document (application_id, asked_id, completes) where asked_id is not null;
create index call_application_document_of on call_application_document (application_id);
create index call_application_document_mine on call_application_document (account_id);

create function application_documents_are_sent_once() returns trigger language plpgsql as $$
declare
    application call_application;
begin
    if tg_op = 'UPDATE' then
        raise exception 'a document is replaced by another, not rewritten' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        select * into application from call_application where id = new.application_id;
        if application.account_id <> new.account_id or application.organisation_id is distinct from new.organisation_id
            or application.state is distinct from (case when new.completes then 'PREVENTED' else 'DRAFT' end) then
            raise exception 'documents come before an application is sent, or when what is missing was asked for' using errcode = 'restrict_violation';
        end if;
        if new.asked_id is not null and not exists (select from open_call_asked_document where id = new.asked_id and call_id = application.call_id) then
            raise exception 'the call does not ask for this' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    select * into application from call_application where id = old.application_id;
    -- What was sent goes with its withdrawal, by time after the call is over, and with the person's data (INV-52); an organisation's does not go with a person's.
    if found and not (
        application.state in ('DRAFT', 'WITHDRAWN')
        or (application.state = 'PREVENTED' and old.completes)
        or exists (select from open_call where id = application.call_id and (resolved_at is not null or cancelled_at is not null))
        or (application.organisation_id is null and exists (select from account where id = application.account_id and erased_at is not null))) then
        raise exception 'documents of an application that was sent stay' using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger application_documents_are_sent_once before insert or update or delete on call_application_document for each row execute function application_documents_are_sent_once();

create function application_has_what_is_required() returns trigger language plpgsql as $$
begin
    if exists (
        select from open_call_asked_document asked where asked.call_id = new.call_id and asked.required
            and not exists (select from call_application_document held where held.application_id = new.id and held.asked_id = asked.id)) then
        raise exception 'application_document_missing' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger application_sent_with_what_is_required before insert on call_application for each row
    when (new.state not in ('DRAFT', 'WITHDRAWN')) execute function application_has_what_is_required();
create trigger application_draft_sent_with_what_is_required before update of state on call_application for each row
    when (old.state = 'DRAFT' and new.state not in ('DRAFT', 'WITHDRAWN')) execute function application_has_what_is_required();
