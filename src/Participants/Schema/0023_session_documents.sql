-- Documents that are at hand for a session or one of its points. Once the session has begun they stay.
create table session_document (
    id             uuid        primary key,
    session_id     uuid        not null references secretariat_session,
    agenda_item_id uuid        references agenda_item,
    title          text        not null check (length(title) between 2 and 200),
    -- As they were when it was attached: what was removed stays named.
    file_name      text        not null check (length(file_name) between 1 and 200),
    media_type     text        not null,
    size           bigint      not null check (size >= 1),
    sha256         text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    file_id        uuid        unique references stored_file,
    added_at       timestamptz not null,
    removed_at     timestamptz check (removed_at >= added_at),
    remove_reason  text        check (length(remove_reason) between 2 and 1000),
    check ((removed_at is null) = (file_id is not null) and (removed_at is null) = (remove_reason is null))
);
create index session_document_of on session_document (session_id);
create trigger session_document_stays before delete on session_document for each row execute function refuse_delete();

create function a_document_is_removed_before_the_session() returns trigger language plpgsql as $$
begin
    if old.removed_at is not null
        or to_jsonb(new) - 'file_id' - 'removed_at' - 'remove_reason' <> to_jsonb(old) - 'file_id' - 'removed_at' - 'remove_reason'
        or (new.removed_at is null and new.file_id is distinct from old.file_id)
        or not exists (select from secretariat_session where id = new.session_id and state = 'CONVENED') then
        raise exception 'documents of a session stay once it has begun' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger session_document_removed_before before update on session_document for each row execute function a_document_is_removed_before_the_session();
