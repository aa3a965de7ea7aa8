-- Copies of Participants' facts that carry the exercise from S0 to S2 (SPEC 2.2).
create table joint_declaration (
    id        uuid primary key,
    signed_on date not null
);

create table open_call (
    id           uuid primary key,
    published_at timestamptz not null
);
