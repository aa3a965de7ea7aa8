-- When the executive secretary was last told that the queue of registrations grew: one row.
create table registration_queue_notice (
    one_row boolean primary key default true check (one_row),
    told_at timestamptz
);
insert into registration_queue_notice default values;

-- How often staff were told by mail to tell of it: once before the deadline, once after.
alter table breach add column reminders smallint not null default 0 check (reminders between 0 and 2);
