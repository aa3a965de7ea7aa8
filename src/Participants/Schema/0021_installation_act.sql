-- How high the post of who sits stands (SPEC 2.4.13). Said with the appointment, like the post.
alter table seat_holding add column rank text
    check (rank in ('STAFF', 'HEAD_OF_DEPARTMENT', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'DIRECTOR_GENERAL', 'UNDERSECRETARY', 'HEAD_OF_INSTITUTION'));

-- The act by which a secretariat was installed: what was checked and how it came out, who sat, which text of the mechanism. Written once.
create table installation_act (
    secretariat_id uuid        primary key references secretariat,
    installed_on   date        not null,
    place          text        check (length(place) between 1 and 200),
    mechanism_id   uuid        not null references governance_mechanism,
    findings       jsonb       not null check (jsonb_typeof(findings) = 'array' and jsonb_array_length(findings) >= 8),
    holdings       uuid[]      not null check (cardinality(holdings) >= 3),
    offices        uuid[]      not null check (cardinality(offices) >= 2),
    recorded_at    timestamptz not null
);
create trigger installation_act_stays before update or delete on installation_act for each row execute function refuse_delete();
