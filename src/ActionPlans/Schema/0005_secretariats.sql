-- Copies of Participants' facts about the Technical Secretariats and what they decided (SPEC 2.2, INV-25).
create table secretariat (
    id           uuid primary key,
    parent_id    uuid,
    installed_on date,
    -- When this instance learned of the installation: what was decided before could not be decided in it.
    recorded_at  timestamptz,
    suspended_on date
);

create table adopted_resolution (
    id               uuid        primary key,
    secretariat_id   uuid        not null,
    number           integer     not null,
    matter           text        not null,
    about_kind       text,
    about_id         uuid,
    about_hash       text,
    adopted_at       timestamptz not null,
    superseded_by_id uuid
);
create index adopted_resolution_about on adopted_resolution (about_id) where about_id is not null;

-- The resolution of this instance on which a version rests; null where it was decided on paper before.
alter table plan_version add column resolution_id uuid;
