-- Links that a person gets by e-mail, what limits guessing and flooding, and from what a sign-in came.

-- Null until somebody proved to read mail at the address, or staff answered for it.
alter table account add column address_confirmed_at timestamptz;
update account set address_confirmed_at = created_at where password_hash is not null;

create table account_link (
    id                 uuid        primary key,
    -- Null for the link that nobody gets: asking for an unknown address takes the same steps as for a known one.
    account_id         uuid        references account,
    purpose            text        not null check (purpose in ('RESET_PASSWORD', 'CONFIRM_ADDRESS', 'CHANGE_ADDRESS')),
    token_hash         bytea       not null unique check (octet_length(token_hash) = 32),
    -- Sealed with the instance key, until the link is used or gone.
    new_address_sealed bytea,
    created_at         timestamptz not null,
    expires_at         timestamptz not null check (expires_at > created_at),
    used_at            timestamptz,
    voided_at          timestamptz,
    check (used_at is null or voided_at is null),
    check (new_address_sealed is null or purpose = 'CHANGE_ADDRESS')
);
create unique index account_link_one_open on account_link (account_id, purpose) where used_at is null and voided_at is null and account_id is not null;
create index account_link_age on account_link (expires_at);

-- Counts within a window. Subjects are keyed hashes: neither addresses nor networks stand here.
create table throttle (
    subject    bytea       primary key check (octet_length(subject) = 32),
    taken      integer     not null check (taken >= 1),
    expires_at timestamptz not null
);
create index throttle_age on throttle (expires_at);

-- Family and system only, for its owner to recognise; never the whole text that the browser sent.
alter table session add column browser text not null default 'OTHER' check (browser in ('CHROME', 'EDGE', 'FIREFOX', 'OPERA', 'SAFARI', 'SAMSUNG', 'PROGRAM', 'OTHER'));
alter table session add column system text not null default 'OTHER' check (system in ('ANDROID', 'CHROME_OS', 'IOS', 'LINUX', 'MAC_OS', 'WINDOWS', 'OTHER'));
create index session_running on session (last_seen_at) where ended_at is null;
