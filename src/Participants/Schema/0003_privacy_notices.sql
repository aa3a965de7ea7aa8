-- Versions of the privacy notice. What somebody was shown stays as it was; the one in force is the latest whose moment has come.
create table privacy_notice (
    id            uuid        primary key,
    version       integer     not null check (version >= 1),
    number        integer     not null unique check (number >= 1),
    in_force_from timestamptz not null unique check (in_force_from >= published_at),
    texts         jsonb       not null check (jsonb_typeof(texts -> 'es') = 'object'),
    published_at  timestamptz not null
);

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception '% is never rewritten', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger privacy_notice_never_rewritten before update or delete on privacy_notice for each row execute function refuse_rewriting();
create trigger privacy_notice_stays before truncate on privacy_notice for each statement execute function refuse_rewriting();

-- INV-50: the notice that stood above the form with which the person registered; null for accounts older than the notices.
alter table account add column privacy_notice_id uuid references privacy_notice;
