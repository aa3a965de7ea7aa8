-- What is approved is complete, and what comes into force was decided against what was in force.

-- Another session approves minutes only of one that is closed: until then more may be voted in it than they tell.
create or replace function approved_minutes_stay() returns trigger language plpgsql as $$
begin
    if old.state = 'APPROVED' or (new.id, new.secretariat_id, new.session_id) is distinct from (old.id, old.secretariat_id, old.session_id) then
        raise exception 'approved minutes are never changed' using errcode = 'restrict_violation';
    end if;
    -- INV-13: the resolution names the version, by its hash.
    if new.state = 'APPROVED' and not exists (
        select from resolution where id = new.resolution_id and secretariat_id = new.secretariat_id and about_kind = 'MINUTES' and about_id = new.id
            and about_hash = (select hash from minutes_version where minutes_id = new.id order by number desc limit 1)
            and (session_id = new.session_id or exists (select from secretariat_session where id = new.session_id and state = 'CLOSED'))) then
        raise exception 'INV-13 minutes are approved by a resolution about their last version, of their own session or once that is closed' using errcode = 'check_violation';
    end if;
    return new;
end $$;

-- A proposal becomes the version after the one that it was compared with.
create function an_enacted_mechanism_follows_what_it_replaces() returns trigger language plpgsql as $$
begin
    if new.state = 'ENACTED' and not exists (
        select from governance_mechanism former join governance_mechanism enacted on enacted.secretariat_id = former.secretariat_id and enacted.number = former.number + 1
        where former.id = new.replaces_id and enacted.id = new.mechanism_id) then
        raise exception 'a mechanism replaces the version that it was proposed against' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger mechanism_proposal_replaces_its_own before update on mechanism_proposal for each row execute function an_enacted_mechanism_follows_what_it_replaces();
