-- An election always comes to its sums: who cannot stand is named and left out, and a seat that could not be taken is named and stays vacant.

create table election_exclusion (
    election_id     uuid not null references seat_election,
    organisation_id uuid not null references organisation,
    -- The code of the rule that it does not meet, and the rule's number where it has one.
    rule            text not null check (rule ~ '^[a-z][a-z0-9_]{1,59}$'),
    figure          integer,
    primary key (election_id, organisation_id)
);
create trigger election_exclusion_stays before update or delete on election_exclusion for each row execute function refuse_delete();

create function nobody_stands_and_is_excluded() returns trigger language plpgsql as $$
begin
    if exists (select from election_candidate where election_id = new.election_id and organisation_id = new.organisation_id) then
        raise exception 'whoever is excluded does not stand' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger election_exclusion_does_not_stand after insert on election_exclusion deferrable initially deferred for each row execute function nobody_stands_and_is_excluded();

-- The rule for which the elected did not take the seat.
alter table election_candidate
    add column unseated_rule   text check (unseated_rule ~ '^[a-z][a-z0-9_]{1,59}$'),
    add column unseated_figure integer check (unseated_figure is null or unseated_rule is not null),
    add check (unseated_rule is null or seat_id is not null);

-- A seat is voted on once at a time. Whoever calls an election has the secretariat's row: two cannot miss each other.
create function a_seat_is_reserved_for_its_election() returns trigger language plpgsql as $$
begin
    perform 1 from secretariat where id = new.secretariat_id for update;
    if exists (select from seat_election other where other.id <> new.id and other.state = 'CALLED' and other.seats && new.seats) then
        raise exception 'seat_in_election' using errcode = 'exclusion_violation';
    end if;
    return null;
end $$;
create constraint trigger seat_election_reserves_its_seats after insert on seat_election for each row execute function a_seat_is_reserved_for_its_election();

-- A paper leaves the sums before it behind, as dead rows. Autovacuum does not wait until a fifth of the table is dead.
alter table election_tally set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Elections after whose proclamation the file of the sums was written anew (docs/decisions/0016).
create table election_scrub (
    election_id uuid        primary key references seat_election,
    scrubbed_at timestamptz not null
);
create trigger election_scrub_stays before update or delete on election_scrub for each row execute function refuse_delete();
