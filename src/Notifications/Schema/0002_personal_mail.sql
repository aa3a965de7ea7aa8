-- Mails to one person that another service asked for. Address and text stay sealed as they came, until the mail is out or its
-- time is over; the row stays as long as its line in the log, so that a repeated fact or a rebuild mails nobody twice.
create table personal_mail (
    id             uuid        primary key, -- of the mail, from the fact
    subject_id     uuid        not null,
    content_sealed bytea,
    expires_at     timestamptz not null,
    created_at     timestamptz not null
);
create index personal_mail_subject on personal_mail (subject_id) where content_sealed is not null;
create index personal_mail_expiry on personal_mail (expires_at) where content_sealed is not null;

alter table delivery alter column subscription_id drop not null;
alter table delivery add column personal_mail_id uuid unique references personal_mail (id);
alter table delivery add check ((personal_mail_id is null) = (subscription_id is not null));
alter table delivery drop constraint delivery_kind_check;
alter table delivery add constraint delivery_kind_check check (kind in
    ('CONFIRMATION', 'ALREADY_FOLLOWING', 'PROGRESS_REPORTED', 'ACTIVITY_VERIFIED', 'COMMITMENT_WITHDRAWN', 'PERSONAL'));
alter table delivery drop constraint delivery_check;
alter table delivery add constraint delivery_notice_check check ((notice_id is null) = (kind in ('CONFIRMATION', 'ALREADY_FOLLOWING', 'PERSONAL')));
alter table delivery add check ((kind = 'PERSONAL') = (personal_mail_id is not null));
