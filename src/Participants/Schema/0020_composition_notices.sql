-- What staff were told of vacancies and ends of terms: each once, in all replicas and across restarts.
create table composition_notice (
    id         uuid        primary key,
    seat_id    uuid        not null references secretariat_seat,
    -- Whose term ends, or who left the seat; null where nobody ever held it.
    holding_id uuid        references seat_holding,
    kind       text        not null check (kind in ('SIXTY_DAYS', 'THIRTY_DAYS', 'VACANCY')),
    told_at    timestamptz not null,
    check (holding_id is not null or kind = 'VACANCY'),
    constraint composition_notice_once unique nulls not distinct (seat_id, holding_id, kind)
);
