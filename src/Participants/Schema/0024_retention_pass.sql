-- How far the day's look at the registrations of closed plans has come: all accounts once a day, a page at a time.
create table retention_pass (
    only_row boolean primary key default true check (only_row),
    -- On which it began, in the state's calendar.
    day      date not null,
    -- The last account looked at; null once all were.
    after    uuid
);
create index registration_told on registration (account_id) where expiry_told_at is not null;

-- plan_period lacks the plans that were published before 0019: the facts of their owner are read once more at the start.
update inbox_position set rebuild_due = true where owner = 'action-plans' and sequence > 0;
