-- What a ballot is counted of does not shrink while it is open (SPEC 2.5): who was there when it opened is not absent at its close.
-- Null for ballots that are older.
alter table ballot add column present_at_opening uuid[] check (present_at_opening <@ seats);
alter table ballot add constraint who_was_there_is_not_absent check (absent <= cardinality(seats) - cardinality(present_at_opening));

-- A motion that approves the minutes of its own session; after it nothing is decided in that session.
alter table motion add column own_minutes boolean not null default false check (not own_minutes or about_kind = 'MINUTES');

-- Why somebody abstained for a conflict of interest (SPEC 2.4.10), where they say it; published with the vote.
alter table seat_vote add column conflict_reason text check (length(conflict_reason) between 2 and 500);
alter table seat_vote add check (conflict_reason is null or conflict_of_interest);

-- What became of a resolution, one addition after the other: the resolution itself is never edited (INV-13).
create table resolution_follow_up (
    id            uuid        primary key,
    resolution_id uuid        not null references resolution,
    state         text        not null check (state in ('PENDING', 'IN_PROGRESS', 'FULFILLED', 'NOT_FULFILLED')),
    note          text        not null check (length(note) between 2 and 2000),
    noted_on      date        not null,
    recorded_at   timestamptz not null
);
create index resolution_follow_up_of on resolution_follow_up (resolution_id, recorded_at);
create trigger resolution_follow_up_stays before update or delete on resolution_follow_up for each row execute function refuse_delete();
