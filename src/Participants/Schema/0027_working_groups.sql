-- Promoter group and working groups of a secretariat (SPEC 1.2): they prepare, and decide nothing.
create table working_group (
    id             uuid    primary key,
    version        integer not null check (version >= 1),
    secretariat_id uuid    not null references secretariat,
    kind           text    not null check (kind in ('PROMOTER', 'WORKING')),
    name           text    not null check (length(name) between 2 and 200),
    mandate        text    not null check (length(mandate) between 2 and 4000),
    until          date,
    state          text    not null check (state in ('PROPOSED', 'ACTIVE', 'ENDED', 'WITHDRAWN')),
    proposed_on    date    not null,
    hash           text    not null check (hash ~ '^[0-9a-f]{64}$'),
    started_on     date    check (started_on >= proposed_on),
    -- A resolution creates one group and ends one.
    started_by     uuid    unique references resolution,
    ended_on       date,
    ended_by       uuid    references resolution,
    end_reason     text    check (length(end_reason) between 2 and 1000),
    check (ended_on >= coalesce(started_on, proposed_on)),
    check ((state in ('ACTIVE', 'ENDED')) = (started_on is not null)),
    check ((state in ('ENDED', 'WITHDRAWN')) = (ended_on is not null)),
    check ((state = 'ENDED') = (end_reason is not null)),
    -- Working groups are created and ended by resolution, each by its own.
    check (kind = 'PROMOTER' or ((started_on is null) = (started_by is null) and (state = 'ENDED') = (ended_by is not null) and (ended_by is null or ended_by <> started_by)))
);
create index working_group_latest on working_group (secretariat_id, id desc);
create unique index working_group_one_promoter on working_group (secretariat_id) where kind = 'PROMOTER' and state = 'ACTIVE';
create trigger working_group_stays before delete on working_group for each row execute function refuse_delete();

create function a_group_keeps_what_was_proposed() returns trigger language plpgsql as $$
begin
    if old.state in ('ENDED', 'WITHDRAWN') or (new.id, new.secretariat_id, new.kind, new.name, new.mandate, new.until, new.proposed_on, new.hash)
        is distinct from (old.id, old.secretariat_id, old.kind, old.name, old.mandate, old.until, old.proposed_on, old.hash)
        or (old.started_on is not null and (new.started_on, new.started_by) is distinct from (old.started_on, old.started_by)) then
        raise exception 'a group keeps what was resolved about it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger working_group_keeps_its_terms before update on working_group for each row execute function a_group_keeps_what_was_proposed();

create table working_group_member (
    id              uuid    primary key,
    group_id        uuid    not null references working_group,
    organisation_id uuid    not null references organisation,
    coordinates     boolean not null,
    joined_on       date    not null,
    left_on         date    check (left_on >= joined_on)
);
create unique index working_group_member_once on working_group_member (group_id, organisation_id) where left_on is null;
create unique index working_group_one_coordinates on working_group_member (group_id) where coordinates and left_on is null;
create trigger working_group_member_stays before delete on working_group_member for each row execute function refuse_delete();
