-- A second step at the sign-in, and keys with which programs act for an account.

create table second_factor (
    account_id    uuid        primary key references account,
    -- RFC 6238 secret, sealed with the instance key.
    secret_sealed bytea       not null,
    created_at    timestamptz not null,
    -- Null until a first code proved that the person's app has the secret: until then it is not asked for.
    confirmed_at  timestamptz,
    -- The step of the last code that was taken; it and older ones are taken no more.
    last_step     bigint      not null default 0
);

-- 80 random bits each: their SHA-256 cannot be guessed back.
create table recovery_code (
    account_id uuid        not null references account,
    code_hash  bytea       not null check (octet_length(code_hash) = 32),
    used_at    timestamptz,
    primary key (account_id, code_hash)
);

create table api_key (
    id           uuid        primary key,
    version      integer     not null check (version >= 1),
    account_id   uuid        not null references account,
    name         text        not null check (length(name) between 1 and 80),
    key_hash     bytea       not null unique check (octet_length(key_hash) = 32),
    scopes       text[]      not null check (cardinality(scopes) between 1 and 20),
    created_at   timestamptz not null,
    expires_at   timestamptz not null check (expires_at > created_at),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_key_account on api_key (account_id);
