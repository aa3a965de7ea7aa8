-- Representatives invite further ones of their own organisation; organisations keep the names they had and who followed them.

create table representative_invitation (
    id              uuid        primary key,
    organisation_id uuid        not null references organisation,
    account_id      uuid        not null references account,
    invited_by      uuid        not null references account,
    token_hash      bytea       not null unique check (octet_length(token_hash) = 32),
    -- The mandate that accepting it starts ends then.
    mandate_until   timestamptz,
    created_at      timestamptz not null,
    expires_at      timestamptz not null check (expires_at > created_at),
    accepted_at     timestamptz,
    voided_at       timestamptz,
    check (accepted_at is null or voided_at is null)
);
create unique index representative_invitation_one_open on representative_invitation (organisation_id, account_id) where accepted_at is null and voided_at is null;
create index representative_invitation_account on representative_invitation (account_id);
create index representative_invitation_age on representative_invitation (expires_at) where accepted_at is null;
create index mandate_organisation on mandate (organisation_id);

alter table organisation
    -- Since when it has the name it has.
    add column named_at         timestamptz,
    add column successor_id     uuid references organisation check (successor_id <> id),
    add column succeeded_on     date,
    -- The law or decree.
    add column succession_basis text check (length(succession_basis) between 1 and 500),
    add check ((successor_id is null) = (succeeded_on is null));
update organisation set named_at = registered_at;
alter table organisation alter column named_at set not null;
create index organisation_successor on organisation (successor_id) where successor_id is not null;

create table organisation_former_name (
    organisation_id uuid        not null references organisation,
    name            text        not null,
    acronym         text,
    named_at        timestamptz not null,
    renamed_at      timestamptz not null,
    primary key (organisation_id, renamed_at)
);
create trigger organisation_former_name_stays before update or delete on organisation_former_name for each row execute function refuse_rewriting();
