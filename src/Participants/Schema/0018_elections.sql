-- Elections of civil-society seats (SPEC 2.4.8) by secret ballot: who voted and what was voted are two tables that nothing joins.

create table seat_election (
    id             uuid        primary key,
    version        integer     not null check (version >= 1),
    secretariat_id uuid        not null references secretariat,
    call_id        uuid        not null references open_call,
    opens_on       date        not null,
    closes_on      date        not null check (closes_on >= opens_on),
    term_from      date        not null check (term_from > closes_on),
    seats          uuid[]      not null check (cardinality(seats) between 1 and 50),
    roll_size      integer     not null check (roll_size >= 1),
    state          text        not null check (state in ('CALLED', 'PROCLAIMED', 'CANCELLED')),
    called_at      timestamptz not null,
    proclaimed_at  timestamptz,
    cancel_reason  text        check (length(cancel_reason) between 2 and 1000),
    -- Of the count: papers in the box, and the blank ones among them.
    papers         integer     check (papers between 0 and roll_size),
    blank          integer     check (blank between 0 and papers),
    check ((state = 'PROCLAIMED') = (num_nonnulls(proclaimed_at, papers, blank) = 3) and (state = 'PROCLAIMED' or num_nonnulls(proclaimed_at, papers, blank) = 0)),
    check ((state = 'CANCELLED') = (cancel_reason is not null))
);
create unique index seat_election_of_call on seat_election (call_id) where state <> 'CANCELLED';
create index seat_election_latest on seat_election (secretariat_id, id desc);
create trigger seat_election_stays before delete on seat_election for each row execute function refuse_delete();

create function a_called_election_keeps_its_terms() returns trigger language plpgsql as $$
begin
    if old.state <> 'CALLED' or (new.id, new.secretariat_id, new.call_id, new.opens_on, new.closes_on, new.term_from, new.seats, new.roll_size, new.called_at)
        is distinct from (old.id, old.secretariat_id, old.call_id, old.opens_on, old.closes_on, old.term_from, old.seats, old.roll_size, old.called_at) then
        raise exception 'an election keeps its terms and its result' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger seat_election_keeps_its_terms before update on seat_election for each row execute function a_called_election_keeps_its_terms();

-- Votes and seat are written with the proclamation.
create table election_candidate (
    election_id     uuid        not null references seat_election,
    organisation_id uuid        not null references organisation,
    registered_at   timestamptz not null,
    votes           integer     check (votes >= 0),
    seat_id         uuid        references secretariat_seat,
    primary key (election_id, organisation_id),
    check (seat_id is null or votes >= 1),
    unique (election_id, seat_id)
);
create function a_result_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.votes is not null or (new.election_id, new.organisation_id, new.registered_at) is distinct from (old.election_id, old.organisation_id, old.registered_at) then
        raise exception 'a result is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger election_candidate_stays before update or delete on election_candidate for each row execute function a_result_stays();

-- Who may vote: fixed when the election is called.
create table election_roll (
    election_id     uuid not null references seat_election,
    organisation_id uuid not null references organisation,
    primary key (election_id, organisation_id)
);
create trigger election_roll_stays before update or delete on election_roll for each row execute function refuse_delete();

-- Who voted: once each, without the hour and without the person.
create table election_voter (
    election_id     uuid not null,
    organisation_id uuid not null,
    constraint election_voter_once primary key (election_id, organisation_id),
    constraint election_voter_is_on_the_roll foreign key (election_id, organisation_id) references election_roll
);
create trigger election_voter_stays before update or delete on election_voter for each row execute function refuse_delete();

-- What was voted: sums, of papers, of blank ones, and of each candidate. A paper writes every row of its election anew, so that neither order nor
-- transaction of a row tells of one.
create table election_tally (
    election_id     uuid    not null references seat_election,
    line            text    not null check (line in ('PAPERS', 'BLANK', 'CANDIDATE')),
    organisation_id uuid    check ((organisation_id is not null) = (line = 'CANDIDATE')),
    votes           integer not null default 0 check (votes >= 0),
    unique nulls not distinct (election_id, line, organisation_id),
    foreign key (election_id, organisation_id) references election_candidate
);
create trigger election_tally_stays before delete on election_tally for each row execute function refuse_delete();

create function only_a_called_election_takes_papers() returns trigger language plpgsql as $$
begin
    perform 1 from seat_election where id = new.election_id and state = 'CALLED' for share;
    if not found then
        raise exception 'the election takes no papers' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger election_voter_while_called before insert on election_voter for each row execute function only_a_called_election_takes_papers();
create trigger election_tally_while_called before update on election_tally for each row execute function only_a_called_election_takes_papers();

-- A paper for each voter and none more; it is blank, or names at least one candidate and at most as many as there are seats, each once.
create function a_box_holds_what_its_voters_put_in() returns trigger language plpgsql as $$
declare
    voters bigint; papers bigint; named bigint; most bigint; empty bigint; seats integer;
begin
    select count(*) into voters from election_voter where election_id = new.election_id;
    select cardinality(e.seats) into seats from seat_election e where e.id = new.election_id;
    select sum(votes) filter (where line = 'PAPERS'), sum(votes) filter (where line = 'BLANK'), sum(votes) filter (where line = 'CANDIDATE'), max(votes) filter (where line = 'CANDIDATE')
        into papers, empty, named, most from election_tally where election_id = new.election_id;
    if papers <> voters or most > papers - empty or named < papers - empty or named > seats * (papers - empty) then
        raise exception 'the box holds what its voters put in' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger election_voter_has_a_paper after insert on election_voter deferrable initially deferred for each row execute function a_box_holds_what_its_voters_put_in();
create constraint trigger election_tally_has_voters after update on election_tally deferrable initially deferred for each row execute function a_box_holds_what_its_voters_put_in();
