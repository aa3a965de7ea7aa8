-- Copies of other owners' facts. They are emptied and filled again by a rebuild; nothing below them is.

create table instance (
    only_row       boolean primary key default true check (only_row),
    name           text not null,
    public_address text not null
);

create table staff_post (
    id         uuid primary key,
    account_id uuid        not null,
    role       text        not null check (role in ('ADMINISTRATOR', 'EXECUTIVE_SECRETARY', 'OPERATOR')),
    valid_from timestamptz not null,
    valid_to   timestamptz
);
create index staff_post_account on staff_post (account_id);

create table commitment (
    id         uuid primary key,
    identifier text    not null unique,
    title      text    not null,
    withdrawn  boolean not null default false
);

-- Who follows what. The address is sealed with the instance's key, and gone as soon as the subscription ends; the keyed hash,
-- which finds a second request for the same address, goes with it.
create table subscription (
    id             uuid primary key,
    version        integer     not null check (version >= 1),
    commitment_id  uuid        not null,
    state          text        not null check (state in ('PENDING', 'ACTIVE', 'UNSUBSCRIBED', 'EXPIRED')),
    address_sealed bytea,
    address_hash   bytea check (length(address_hash) = 32),
    language       text        not null check (language in ('es', 'en')),
    requested_at   timestamptz not null,
    expires_at     timestamptz not null,
    confirmed_at   timestamptz,
    ended_at       timestamptz,
    check ((state in ('UNSUBSCRIBED', 'EXPIRED')) = (address_sealed is null)),
    check ((address_sealed is null) = (address_hash is null)),
    check ((state in ('UNSUBSCRIBED', 'EXPIRED')) = (ended_at is not null)),
    check (state <> 'ACTIVE' or confirmed_at is not null)
);
-- One live subscription for each address and commitment, also when two requests arrive at once.
create unique index subscription_address on subscription (address_hash, commitment_id) where address_hash is not null;
create index subscription_followers on subscription (commitment_id) where state = 'ACTIVE';
create index subscription_expiry on subscription (expires_at) where state = 'PENDING';

-- Only the SHA-256 of a token is kept. All unexpired tokens of a subscription are valid: the reader may open any of the mails.
create table confirmation_token (
    hash            bytea primary key check (length(hash) = 32),
    subscription_id uuid        not null references subscription (id) on delete cascade,
    expires_at      timestamptz not null
);
create index confirmation_token_subscription on confirmation_token (subscription_id);
create index confirmation_token_expiry on confirmation_token (expires_at);

-- Mails that anybody could ask for, for an address that need not be theirs: counted for a day, then forgotten.
create table solicited_mail (
    id            uuid primary key,
    address_hash  bytea       not null,
    commitment_id uuid        not null,
    at            timestamptz not null
);
create index solicited_mail_address on solicited_mail (address_hash, at);
create index solicited_mail_age on solicited_mail (at);

create table mail_server (
    id                 uuid primary key,
    only_row           boolean not null default true unique check (only_row),
    version            integer not null check (version >= 1),
    host               text    not null,
    port               integer not null check (port between 1 and 65535),
    security           text    not null check (security in ('NONE', 'STARTTLS', 'TLS')),
    accept_unencrypted boolean not null,
    user_name          text,
    password_sealed    bytea,
    from_address       text    not null,
    from_name          text    not null,
    reply_to           text,
    check ((user_name is null) = (password_sealed is null))
);

-- What followers are told. Never emptied by a rebuild: a fact that is here has had its deliveries made.
create table notice (
    id            uuid primary key, -- the event's id
    kind          text        not null check (kind in ('PROGRESS_REPORTED', 'ACTIVITY_VERIFIED', 'COMMITMENT_WITHDRAWN')),
    commitment_id uuid        not null,
    occurred_at   timestamptz not null,
    content       jsonb       not null
);

-- One mail to one follower, from WAITING to its end.
--   SENDING      a worker holds it; nothing was handed over, so that a lapsed lease simply makes it WAITING again
--   HANDED_OVER  written down immediately before the last line of the message is sent
--   UNCONFIRMED  the worker died after HANDED_OVER: most probably delivered, so not sent again by itself
create table delivery (
    id              uuid primary key,
    subscription_id uuid        not null references subscription (id),
    notice_id       uuid references notice (id),
    kind            text        not null check (kind in
        ('CONFIRMATION', 'ALREADY_FOLLOWING', 'PROGRESS_REPORTED', 'ACTIVITY_VERIFIED', 'COMMITMENT_WITHDRAWN')),
    state           text        not null default 'WAITING' check (state in
        ('WAITING', 'SENDING', 'HANDED_OVER', 'SENT', 'UNCONFIRMED', 'FAILED', 'CANCELLED')),
    -- Mails that a person is waiting for (0) go before notices (1).
    priority        smallint    not null,
    attempts        integer     not null default 0,
    due_at          timestamptz not null,
    created_at      timestamptz not null,
    ended_at        timestamptz,
    lease_id        uuid,
    lease_until     timestamptz,
    last_error      text,
    -- The confirmation token, sealed; erased once the mail is out.
    token_sealed    bytea,
    trace_parent    text,
    unique (notice_id, subscription_id),
    check ((notice_id is null) = (kind in ('CONFIRMATION', 'ALREADY_FOLLOWING'))),
    check ((state in ('SENT', 'UNCONFIRMED', 'FAILED', 'CANCELLED')) = (ended_at is not null))
);
create index delivery_due on delivery (priority, due_at) where state = 'WAITING';
create index delivery_leases on delivery (lease_until) where state in ('SENDING', 'HANDED_OVER');
create index delivery_subscription on delivery (subscription_id);
create index delivery_log on delivery (created_at desc, id desc);
create index delivery_log_by_state on delivery (state, created_at desc, id desc);
create index delivery_ended on delivery (ended_at) where ended_at is not null;
