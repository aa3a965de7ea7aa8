-- Minutes of sessions (SPEC 1.2): written from what happened, corrected by additions, approved by a resolution about exactly one version.

create table session_minutes (
    id             uuid        primary key,
    version        integer     not null check (version >= 1),
    secretariat_id uuid        not null references secretariat,
    session_id     uuid        not null unique references secretariat_session,
    state          text        not null check (state in ('DRAFT', 'APPROVED')),
    resolution_id  uuid        unique references resolution,
    approved_at    timestamptz,
    check ((state = 'APPROVED') = (num_nonnulls(resolution_id, approved_at) = 2) and (state = 'APPROVED' or num_nonnulls(resolution_id, approved_at) = 0))
);
create index session_minutes_latest on session_minutes (secretariat_id, id desc);
create trigger session_minutes_stay before delete on session_minutes for each row execute function refuse_delete();

create table minutes_version (
    id          uuid        primary key,
    minutes_id  uuid        not null references session_minutes,
    number      integer     not null check (number >= 1),
    -- The document as it is hashed and served, to the byte: not jsonb, which would write it anew.
    content     text        not null,
    hash        text        not null check (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    written_at  timestamptz not null,
    -- Of a correction; null where it was written from what happened.
    correction  text        check (length(correction) between 2 and 4000),
    reason      text        check (length(reason) between 2 and 1000),
    office      text        check (office in ('ADMINISTRATOR', 'EXECUTIVE_SECRETARY')),
    agenda_item integer,
    unique (minutes_id, number),
    check (num_nonnulls(correction, reason, office) in (0, 3)),
    check (agenda_item is null or correction is not null)
);
create trigger minutes_version_stays before update or delete on minutes_version for each row execute function refuse_delete();

create function approved_minutes_get_no_version() returns trigger language plpgsql as $$
begin
    -- Waits for an approval that is under way.
    perform 1 from session_minutes where id = new.minutes_id and state = 'DRAFT' for share;
    if not found then
        raise exception 'approved minutes are never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger minutes_version_of_a_draft before insert on minutes_version for each row execute function approved_minutes_get_no_version();

create function approved_minutes_stay() returns trigger language plpgsql as $$
begin
    if old.state = 'APPROVED' or (new.id, new.secretariat_id, new.session_id) is distinct from (old.id, old.secretariat_id, old.session_id) then
        raise exception 'approved minutes are never changed' using errcode = 'restrict_violation';
    end if;
    -- INV-13: the resolution names the version, by its hash.
    if new.state = 'APPROVED' and not exists (
        select from resolution where id = new.resolution_id and secretariat_id = new.secretariat_id and about_kind = 'MINUTES' and about_id = new.id
            and about_hash = (select hash from minutes_version where minutes_id = new.id order by number desc limit 1)) then
        raise exception 'INV-13 minutes are approved by a resolution about their last version' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger approved_minutes_stay before update on session_minutes for each row execute function approved_minutes_stay();

-- The quorum with which a session was opened, with every number; null for those opened before it was kept.
alter table secretariat_session add column opened_with jsonb check (jsonb_typeof(opened_with) = 'object');
