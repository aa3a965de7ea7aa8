-- Who takes part: what organisations say of themselves in public, and the registrations of people and organisations.

alter table organisation
    add column municipality     text check (length(municipality) between 1 and 100),
    -- Its words, as they are searched.
    add column municipality_key text,
    add column purpose          text check (length(purpose) between 1 and 1000),
    add column website          text check (website ~ '^https?://' and length(website) <= 300),
    -- Never public. Of legal persons only: a natural person's has 13 characters.
    add column rfc              text unique check (rfc ~ '^[A-ZÑ&]{3}[0-9]{6}[A-Z0-9]{2}[0-9A]$'),
    add column cluni            text unique check (cluni ~ '^[A-ZÑ&]{3}[0-9]{10}[A-Z0-9]$'),
    -- Equal for names that look alike.
    add column look_key         text not null default '',
    add check ((municipality is null) = (municipality_key is null));

-- Words of letters and digits, separated by one space, as the service writes them from now on.
update organisation set
    search_text = btrim(regexp_replace(search_text, '[^[:alnum:]]+', ' ', 'g')),
    look_key = replace(replace(translate(regexp_replace(name_key, '[^[:alnum:]]+', '', 'g'), '01i', 'oll'), 'rn', 'm'), 'vv', 'w');
alter table organisation alter column look_key drop default;
alter table organisation
    add column search_vector tsvector not null generated always as (array_to_tsvector(array_remove(string_to_array(search_text, ' '), ''))) stored;
create index organisation_search on organisation using gin (search_vector);
create index organisation_look on organisation (look_key);
create index organisation_sector on organisation (sector, name_key);
create index organisation_kind on organisation (kind, name_key);
create index organisation_municipality on organisation (municipality_key, name_key) where municipality_key is not null;

create table registration (
    id                 uuid        primary key,
    version            integer     not null check (version >= 1),
    account_id         uuid        not null references account,
    kind               text        not null check (kind in ('CITIZEN', 'ORGANISATION')),
    state              text        not null check (state in ('UNCONFIRMED', 'UNDER_REVIEW', 'ACCEPTED', 'REFUSED', 'WITHDRAWN')),
    channel            text        not null check (channel in ('WEB', 'ASSISTED')),
    sector             text        not null check (sector in ('CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR')),
    municipality       text        check (length(municipality) between 1 and 100),
    -- The person's post in the organisation.
    post               text        check (length(post) between 1 and 120),
    -- How to reach somebody without e-mail.
    contact            text        check (length(contact) between 1 and 200),
    -- How staff made sure who it is: what was shown, never a copy of it.
    identity_check     text        check (length(identity_check) between 1 and 200),
    -- What is asked to be registered, until it is decided.
    proposal           jsonb       check (jsonb_typeof(proposal) = 'object'),
    organisation_id    uuid        references organisation,
    -- INV-50: what stood above the form.
    privacy_notice_id  uuid        not null references privacy_notice,
    -- Consents given with the form; they become such once the address is confirmed (INV-51).
    publish_name       boolean     not null,
    other_calls        boolean     not null,
    -- More came than people usually send.
    held               boolean     not null,
    reason             text        check (length(reason) between 1 and 1000),
    registered_at      timestamptz not null,
    confirmed_at       timestamptz,
    decided_at         timestamptz,
    decided_by         uuid        references account,
    check (kind = 'ORGANISATION' or (proposal is null and post is null and sector = 'CIVIL_SOCIETY')),
    check ((state = 'UNCONFIRMED') <= (confirmed_at is null)),
    check (state <> 'ACCEPTED' or kind = 'CITIZEN' or organisation_id is not null),
    check (state <> 'REFUSED' or decided_at is not null)
);
create index registration_account on registration (account_id);
create unique index registration_one_unconfirmed on registration (account_id) where state = 'UNCONFIRMED';
create index registration_queue on registration (state, id);
create index registration_unconfirmed on registration (registered_at) where state = 'UNCONFIRMED';
