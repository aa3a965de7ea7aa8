-- A spreadsheet of organisations between its preview and its application.
create table organisation_import (
    id          uuid        primary key,
    uploaded_by uuid        not null references account,
    uploaded_at timestamptz not null,
    sha256      text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    -- Gone once it is applied, or after a day.
    content     bytea       check (octet_length(content) <= 10485760),
    applied_at  timestamptz check (applied_at >= uploaded_at)
);
create index organisation_import_waiting on organisation_import (uploaded_at) where content is not null;
