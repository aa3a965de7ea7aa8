-- The joint declaration of the exercise (SPEC 1.2, INV-03). An instance has one exercise, and so at most one declaration.
create table joint_declaration (
    id           uuid primary key,
    version      integer not null check (version >= 1),
    title        text not null check (length(title) between 5 and 300),
    text         text not null check (length(text) between 50 and 30000),
    place        text check (length(place) <= 200),
    state        text not null check (state in ('DRAFT', 'SIGNING', 'COMPLETE')),
    text_sha256  text not null check (text_sha256 ~ '^[0-9a-f]{64}$'),
    document_id  uuid references stored_file,
    opened_at    timestamptz,
    signed_on    date,
    completed_at timestamptz,
    check ((state = 'DRAFT') = (opened_at is null)),
    check ((state = 'COMPLETE') = (signed_on is not null) and (signed_on is null) = (completed_at is null))
);
create unique index one_joint_declaration on joint_declaration ((true));

create function opened_declaration_stays() returns trigger language plpgsql as $$
begin
    if old.opened_at is not null then
        if tg_op = 'DELETE' then
            raise exception 'a declaration that is being signed is never deleted' using errcode = 'restrict_violation';
        end if;
        if new.text_sha256 <> old.text_sha256 or new.text <> old.text or new.title <> old.title or new.place is distinct from old.place
            or new.opened_at <> old.opened_at or new.document_id is distinct from old.document_id
            or (old.state = 'COMPLETE' and (new.signed_on, new.state) is distinct from (old.signed_on, old.state)) then
            raise exception 'what is being signed is never rewritten' using errcode = 'restrict_violation';
        end if;
    end if;
    return coalesce(new, old);
end $$;
create trigger opened_declaration_stays before update or delete on joint_declaration for each row execute function opened_declaration_stays();

-- An institution or organisation that signs, and the post of who signs for it. Names of people are not kept.
create table declaration_signatory (
    id              uuid primary key,
    declaration_id  uuid not null references joint_declaration on delete cascade,
    organisation_id uuid not null references organisation,
    sector          text not null check (sector in ('CIVIL_SOCIETY', 'PUBLIC_BODY', 'GUARANTOR')),
    post            text not null check (length(post) between 3 and 200),
    position        integer not null,
    method          text check (method in ('ACCOUNT', 'PAPER')),
    signed_on       date,
    recorded_at     timestamptz,
    account_id      uuid references account,
    paper_id        uuid references stored_file,
    unique (declaration_id, organisation_id),
    check ((method is null) = (signed_on is null) and (method is null) = (account_id is null) and (method is null) = (recorded_at is null)),
    check ((method = 'PAPER') = (paper_id is not null) or method is null)
);
create function signature_stays() returns trigger language plpgsql as $$
begin
    if old.method is not null then
        raise exception 'a signature is never changed' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger signature_stays before update or delete on declaration_signatory for each row execute function signature_stays();

-- Awareness activities (SPEC 1.2): attendance as counts, never names. Small counts are stored and not shown.
create table awareness_activity (
    id            uuid primary key,
    version       integer not null check (version >= 1),
    topic         text not null check (length(topic) between 3 and 300),
    description   text check (length(description) <= 4000),
    held_on       date not null,
    place         text check (length(place) <= 300),
    link          text check (length(link) <= 2000 and link ~ '^https?://'),
    state         text not null check (state in ('PLANNED', 'HELD', 'CANCELLED')),
    civil_society integer check (civil_society between 0 and 100000),
    public_bodies integer check (public_bodies between 0 and 100000),
    guarantors    integer check (guarantors between 0 and 100000),
    citizens      integer check (citizens between 0 and 100000),
    reason        text check (length(reason) <= 2000),
    recorded_at   timestamptz,
    check (place is not null or link is not null),
    check ((state = 'HELD') = (recorded_at is not null)),
    check (state <> 'HELD' or (civil_society is not null and public_bodies is not null and guarantors is not null and citizens is not null))
);
create index awareness_activity_in_order on awareness_activity (held_on desc, id desc);
create trigger awareness_activity_stays before delete on awareness_activity for each row execute function refuse_delete();
