-- Files that staff upload: documents of calls and declarations. Content never changes once it is complete.
create table stored_file (
    id           uuid primary key,
    account_id   uuid not null references account,
    file_name    text not null check (length(file_name) between 1 and 200),
    media_type   text not null,
    size         bigint not null default 0 check (size between 0 and 26214400),
    sha256       text check (sha256 ~ '^[0-9a-f]{64}$'),
    started_at   timestamptz not null,
    completed_at timestamptz,
    attached_at  timestamptz,
    check ((completed_at is null) = (sha256 is null)),
    check (attached_at is null or completed_at is not null)
);
create index stored_file_unattached on stored_file (started_at) where attached_at is null;

create table stored_file_chunk (
    file_id uuid not null references stored_file (id) on delete cascade,
    ordinal integer not null,
    content bytea not null,
    primary key (file_id, ordinal)
);
-- Photographs and PDF files are compressed already.
alter table stored_file_chunk alter column content set storage external;

create function complete_file_stays() returns trigger language plpgsql as $$
begin
    if old.completed_at is not null and (new.sha256 <> old.sha256 or new.size <> old.size or new.file_name <> old.file_name or new.media_type <> old.media_type) then
        raise exception 'a complete file is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger complete_file_stays before update on stored_file for each row execute function complete_file_stays();

create function attached_file_is_not_deleted() returns trigger language plpgsql as $$
begin
    if old.attached_at is not null then
        raise exception 'an attached file is never deleted' using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger attached_file_is_not_deleted before delete on stored_file for each row execute function attached_file_is_not_deleted();

create function chunks_of_a_complete_file_stay() returns trigger language plpgsql as $$
begin
    if exists (select from stored_file where id = old.file_id and completed_at is not null and attached_at is not null) then
        raise exception 'a complete file is never changed' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger chunks_of_a_complete_file_stay before update or delete on stored_file_chunk for each row execute function chunks_of_a_complete_file_stay();

-- Public calls (SPEC 1.2). Whether one is announced, open or closed follows from its dates, in the state's calendar.
create table open_call (
    id              uuid primary key,
    version         integer not null check (version >= 1),
    number          integer unique check (number >= 1),
    kind            text not null check (kind in ('REGISTER_PARTICIPANTS', 'CIVIL_SOCIETY_SEATS', 'CONSULTATION_OR_TABLES')),
    title           text not null check (length(title) between 5 and 200),
    description     text not null check (length(description) between 20 and 8000),
    requirements    text[] not null,
    opens_on        date not null,
    closes_on       date not null check (closes_on >= opens_on),
    results_on      date check (results_on >= closes_on),
    sectors         text[] not null,
    takes_people    boolean not null,
    drafted_at      timestamptz not null,
    published_at    timestamptz,
    cancelled_at    timestamptz,
    resolved_at     timestamptz,
    results_note    text check (length(results_note) <= 4000),
    check ((published_at is null) = (number is null)),
    check (cancelled_at is null or (published_at is not null and resolved_at is null)),
    check (resolved_at is null or published_at is not null),
    check (cardinality(sectors) > 0 or takes_people),
    check (kind <> 'CIVIL_SOCIETY_SEATS' or (sectors = array['CIVIL_SOCIETY'] and not takes_people))
);

create function published_call_stays() returns trigger language plpgsql as $$
begin
    if old.published_at is not null then
        if tg_op = 'DELETE' then
            raise exception 'a published call is never deleted' using errcode = 'restrict_violation';
        end if;
        if new.number <> old.number or new.published_at <> old.published_at or new.kind <> old.kind or new.sectors <> old.sectors
            or new.takes_people <> old.takes_people or new.closes_on < old.closes_on then
            raise exception 'a published call is amended, not rewritten' using errcode = 'restrict_violation';
        end if;
        if old.resolved_at is not null or old.cancelled_at is not null then
            raise exception 'a call that ended stays as it is' using errcode = 'restrict_violation';
        end if;
    end if;
    return coalesce(new, old);
end $$;
create trigger published_call_stays before update or delete on open_call for each row execute function published_call_stays();

create table open_call_document (
    call_id  uuid not null references open_call on delete cascade,
    file_id  uuid not null unique references stored_file,
    title    text not null check (length(title) between 1 and 200),
    position integer not null,
    added_at timestamptz not null,
    primary key (call_id, file_id)
);
create function published_document_stays() returns trigger language plpgsql as $$
begin
    if exists (select from open_call where id = old.call_id and published_at is not null) then
        raise exception 'a published document stays' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger published_document_stays before update or delete on open_call_document for each row execute function published_document_stays();

create table open_call_amendment (
    id      uuid primary key,
    call_id uuid not null references open_call,
    number  integer not null check (number >= 1),
    kind    text not null check (kind in ('CORRECTION', 'EXTENSION', 'CANCELLATION')),
    reason  text not null check (length(reason) between 5 and 2000),
    changes jsonb not null check (jsonb_typeof(changes) = 'array'),
    made_at timestamptz not null,
    made_by uuid not null references account,
    unique (call_id, number)
);
create trigger open_call_amendment_never_rewritten before update or delete on open_call_amendment for each row execute function refuse_rewriting();

-- An organisation's by its representative, or a person's own. At most one of either that was not withdrawn.
create table call_application (
    id                uuid primary key,
    version           integer not null check (version >= 1),
    call_id           uuid not null references open_call,
    account_id        uuid not null references account,
    organisation_id   uuid references organisation,
    sector            text not null,
    statement         text check (length(statement) <= 4000),
    privacy_notice_id uuid not null references privacy_notice,
    state             text not null check (state in ('SUBMITTED', 'WITHDRAWN', 'ACCEPTED', 'REFUSED')),
    submitted_at      timestamptz not null,
    withdrawn_at      timestamptz,
    decided_at        timestamptz,
    decided_by        uuid references account,
    decision_reason   text check (length(decision_reason) <= 2000),
    check ((state = 'WITHDRAWN') = (withdrawn_at is not null)),
    check (state <> 'REFUSED' or decision_reason is not null or organisation_id is null)
);
create unique index call_application_of_organisation on call_application (call_id, organisation_id) where organisation_id is not null and state <> 'WITHDRAWN';
create unique index call_application_of_person on call_application (call_id, account_id) where organisation_id is null and state <> 'WITHDRAWN';
create index call_application_mine on call_application (account_id, submitted_at desc);
create trigger call_application_stays before delete on call_application for each row execute function refuse_delete();
