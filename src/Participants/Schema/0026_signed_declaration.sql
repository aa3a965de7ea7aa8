-- The signed declaration, digitised: added once to a complete one, public, and never changed.
alter table joint_declaration
    add column signed_document_id uuid unique references stored_file,
    add check (signed_document_id is null or state = 'COMPLETE');

create or replace function opened_declaration_stays() returns trigger language plpgsql as $$
begin
    if old.opened_at is not null then
        if tg_op = 'DELETE' then
            raise exception 'a declaration that is being signed is never deleted' using errcode = 'restrict_violation';
        end if;
        if new.text_sha256 <> old.text_sha256 or new.text <> old.text or new.title <> old.title or new.place is distinct from old.place
            or new.opened_at <> old.opened_at or new.document_id is distinct from old.document_id
            or (old.signed_document_id is not null and new.signed_document_id is distinct from old.signed_document_id)
            or (old.state = 'COMPLETE' and (new.signed_on, new.state) is distinct from (old.signed_on, old.state)) then
            raise exception 'what is being signed is never rewritten' using errcode = 'restrict_violation';
        end if;
    end if;
    return coalesce(new, old);
end $$;
