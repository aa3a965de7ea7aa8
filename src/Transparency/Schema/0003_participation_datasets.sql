-- Datasets of how the exercise began and who was called (SPEC 6.5): the joint declaration, open calls, participation events.
create table declarations (
    declaration_id      uuid primary key,
    title_es            text not null,
    signed_on           date not null,
    text_sha256         text collate "C" not null,
    signatories_es      text[] not null,
    signatory_ids       text[] not null,
    signatory_sectors   text[] not null,
    signatory_posts_es  text[] not null,
    signatory_signed_on text[] not null
);

create table open_calls (
    call_id                   uuid primary key,
    number                    integer not null unique,
    kind                      text collate "C" not null,
    title_es                  text not null,
    opens_on                  date not null,
    closes_on                 date not null,
    results_on                date,
    sectors                   text[] not null,
    takes_people              boolean not null,
    published_at              timestamptz not null,
    amendments                integer not null,
    last_amended_at           timestamptz,
    cancelled_at              timestamptz,
    resolved_at               timestamptz,
    accepted_organisations_es text[] not null,
    accepted_organisation_ids text[] not null,
    organisations_refused     integer,
    organisations_withdrawn   integer,
    people_accepted           integer,
    people_refused            integer,
    people_withdrawn          integer
);

create table participation_events (
    event_id      uuid primary key,
    kind          text collate "C" not null,
    topic_es      text not null,
    held_on       date not null,
    place_es      text,
    link          text,
    civil_society integer,
    public_bodies integer,
    guarantors    integer,
    citizens      integer,
    recorded_at   timestamptz not null
);
create index participation_events_in_order on participation_events (held_on, event_id);

insert into dataset_state (name) values ('declarations'), ('open_calls'), ('participation_events');

do $$
declare
    dataset text;
begin
    foreach dataset in array array['declarations', 'open_calls', 'participation_events'] loop
        execute format('create trigger inserted after insert on %1$I referencing new table as after_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger updated after update on %1$I referencing old table as before_rows new table as after_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger deleted after delete on %1$I referencing old table as before_rows
            for each statement execute function dataset_changed(%1$L)', dataset);
        execute format('create trigger not_truncated before truncate on %1$I
            for each statement execute function dataset_is_not_truncated()', dataset);
    end loop;
end $$;
