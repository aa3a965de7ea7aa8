-- What an operator does to the running service, and who may.

-- Participants' own table answers there; every other service keeps this copy.
create table operator_post (
    id          uuid primary key,
    account_id  uuid        not null,
    valid_from  timestamptz not null,
    valid_until timestamptz
);
create index operator_post_account on operator_post (account_id);

-- One row for each command: sent again, set aside, rebuilt. The row of a rebuild also tells how far it is.
create table operator_command (
    id          uuid        primary key,
    key         text,
    account_id  uuid        not null,
    action      text        not null check (action in ('SEND_AGAIN', 'SET_ASIDE', 'REBUILD')),
    owner       text        not null,
    sequence    bigint,
    reason      text        not null,
    state       text        not null check (state in ('DONE', 'RUNNING', 'FAILED')),
    -- Facts sent, set aside or applied; and of how many.
    done        bigint      not null default 0,
    total       bigint      not null default 0,
    failure     text,
    at          timestamptz not null,
    -- A rebuild says every second that it lives.
    seen_at     timestamptz not null
);
create unique index operator_command_key on operator_command (account_id, key) where key is not null;
create index operator_command_at on operator_command (at desc);

-- A copy that this version keeps for the first time lacks the facts before it: they are read once more at the start.
alter table inbox_position add column rebuild_due boolean not null default false;
update inbox_position set rebuild_due = true where owner = 'participants' and sequence > 0;
