-- Organisations are found by their former names, their place and the stems of their words; a succession that was wrong is undone.

alter table organisation
    -- Words of the names that it had, separated by one space.
    add column former_text text not null default '';
update organisation set former_text = past.words
from (
    select organisation_id,
        btrim(regexp_replace(regexp_replace(normalize(lower(string_agg(name || ' ' || coalesce(acronym, ''), ' ' order by renamed_at)), nfd), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')) as words
    from organisation_former_name group by organisation_id) past
where past.organisation_id = organisation.id;
update organisation set search_text = search_text || ' ' || municipality_key where municipality_key is not null;

-- Each word for searching by its beginning, and its Spanish stem, so that a plural finds the singular. The words have lost their
-- accents; the dictionary knows the commonest ending only with it.
alter table organisation drop column search_vector;
alter table organisation add column search_vector tsvector not null generated always as (
    array_to_tsvector(array_remove(string_to_array(search_text || ' ' || former_text, ' '), ''))
    || strip(to_tsvector('pg_catalog.spanish'::regconfig, regexp_replace(search_text || ' ' || former_text, '([cs])ion\M', '\1ión', 'g')))) stored;
create index organisation_search on organisation using gin (search_vector);

-- One row for each time that somebody wrote down a succession. What was undone stays readable.
create table organisation_succession (
    id              uuid        primary key,
    organisation_id uuid        not null references organisation,
    successor_id    uuid        not null references organisation check (successor_id <> organisation_id),
    succeeded_on    date        not null,
    basis           text,
    recorded_at     timestamptz not null,
    -- The instance was run by the organisation, and by its successor from then on.
    handed_over     boolean     not null,
    -- Mandates that were granted with it.
    mandates        uuid[]      not null,
    undone_at       timestamptz check (undone_at >= recorded_at),
    undo_reason     text        check (length(undo_reason) between 3 and 1000),
    check ((undone_at is null) = (undo_reason is null))
);
create unique index organisation_succession_one on organisation_succession (organisation_id) where undone_at is null;
insert into organisation_succession (id, organisation_id, successor_id, succeeded_on, basis, recorded_at, handed_over, mandates)
select gen_random_uuid(), one.id, one.successor_id, one.succeeded_on, one.succession_basis, now(),
    exists (select from instance where instance.guarantor_id = one.successor_id), '{}'
from organisation one where one.successor_id is not null;

create function organisation_succession_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.undone_at is not null
        or (new.id, new.organisation_id, new.successor_id, new.succeeded_on, new.basis, new.recorded_at, new.handed_over, new.mandates)
            is distinct from (old.id, old.organisation_id, old.successor_id, old.succeeded_on, old.basis, old.recorded_at, old.handed_over, old.mandates) then
        raise exception 'organisation_succession is never rewritten' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger organisation_succession_stays before update or delete on organisation_succession for each row execute function organisation_succession_stays();

-- Before any state had a law on transparency there was nothing to succeed in. Rows from before this rule stay as they are.
alter table organisation add constraint organisation_succeeded_on_plausible check (succeeded_on >= date '2001-01-01') not valid;
