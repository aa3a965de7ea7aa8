-- Rows are counted once in a transaction, at its end. A rebuild inserts row by row in one transaction; to update
-- dataset_state for each left a chain of dead rows that every later one had to walk (40,000 rows: a minute; now 3 seconds).
-- What the transaction added so far is kept in a setting of its own, which a rollback to a savepoint takes back too.

create or replace function dataset_changed() returns trigger language plpgsql as $$
declare
    added   bigint := 0;
    differs boolean;
    counter text := 'opengov.added_' || tg_argv[0];
begin
    if tg_op = 'INSERT' then
        select count(*) into added from after_rows;
        differs := added > 0;
    elsif tg_op = 'DELETE' then
        select -count(*) into added from before_rows;
        differs := added < 0;
    else
        differs := exists (select * from after_rows except select * from before_rows);
    end if;
    if differs then
        update dataset_state set
            version = version + 1,
            modified_shared = date_trunc('second', now()) <= date_trunc('second', modified),
            modified = greatest(modified, now()),
            changed_in = pg_current_xact_id()
        where name = tg_argv[0] and changed_in is distinct from pg_current_xact_id();
        if added <> 0 then
            perform set_config(counter, (coalesce(nullif(current_setting(counter, true), ''), '0')::bigint + added)::text, true);
        end if;
    end if;
    return null;
end $$;

create function dataset_rows_counted() returns trigger language plpgsql as $$
declare
    counter text := 'opengov.added_' || new.name;
begin
    update dataset_state set row_count = row_count + coalesce(nullif(current_setting(counter, true), ''), '0')::bigint
    where name = new.name;
    perform set_config(counter, '0', true);
    return null;
end $$;

create constraint trigger rows_counted after update on dataset_state deferrable initially deferred
    for each row when (old.version <> new.version) execute function dataset_rows_counted();
