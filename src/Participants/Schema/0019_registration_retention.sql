-- Until when plans run, as ActionPlans published them: a registration is kept for a while after the plan under which it was made.
create table plan_period (
    plan_id uuid primary key,
    ends_on date not null
);
create index plan_period_end on plan_period (ends_on);

alter table registration
    -- When its person, told that it ends, came back: from then on it belongs to the plan of that day.
    add column renewed_at     timestamptz,
    add column expiry_told_at timestamptz;
