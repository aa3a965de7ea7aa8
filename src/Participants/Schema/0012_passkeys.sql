-- Keys that a person's devices keep (WebAuthn). Only public keys stand here.

create table passkey (
    id              uuid        primary key,
    account_id      uuid        not null references account,
    -- Chosen by the authenticator; WebAuthn §5.1 bounds it.
    credential_id   bytea       not null unique check (octet_length(credential_id) between 1 and 1023),
    name            text        not null check (length(name) between 1 and 80),
    -- COSE.
    public_key      bytea       not null check (octet_length(public_key) between 1 and 4096),
    sign_count      bigint      not null check (sign_count between 0 and 4294967295),
    transports      text[]      not null check (cardinality(transports) <= 6),
    backup_eligible boolean     not null,
    backed_up       boolean     not null,
    created_at      timestamptz not null,
    last_used_at    timestamptz
);
create index passkey_account on passkey (account_id);

-- A sign-in with a passkey is two steps in one: the device and what unlocks it.
alter table session add column by_passkey boolean not null default false;
