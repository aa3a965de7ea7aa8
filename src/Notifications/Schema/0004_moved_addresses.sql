-- Changes of an account's address that have been followed (docs/decisions/0025): no rebuild follows one again, because the former mailbox may be somebody else's by then.
create table moved_address (
    change_id uuid primary key
);
