-- Messages that this service could not even read, taken from the broker's queue of such, until an operator sends them again.
create table broken_message (
    id           uuid        primary key,
    owner        text        not null,
    queue        text        not null,
    -- Of the body as it came: a message that is taken twice, or comes back, is one.
    digest       bytea       not null check (length(digest) = 32),
    -- Without the payload of facts that carry personal data.
    body         bytea       not null,
    content_type text,
    message_id   text,
    reason       text,
    trace_id     text,
    times        integer     not null default 1 check (times >= 1),
    taken_at     timestamptz not null,
    set_aside_at timestamptz,
    unique (owner, digest)
);

-- An order about one of them names it.
alter table operator_command add column message_id uuid;
alter table operator_command drop constraint operator_command_action_check;
alter table operator_command add constraint operator_command_action_check
    check (action in ('SEND_AGAIN', 'SET_ASIDE', 'REBUILD', 'SEND_MESSAGE_AGAIN', 'SET_MESSAGE_ASIDE'));
