-- What an application lacks is asked for once, until a day, before it is decided.
alter table call_application
    add column prevention     text check (length(prevention) <= 2000),
    add column prevented_on   date,
    add column completion_due date check (completion_due > prevented_on),
    add column completion     text check (length(completion) <= 4000),
    add column completed_on   date check (completed_on between prevented_on and completion_due),
    drop constraint call_application_state_check,
    add constraint call_application_state_check check (state in ('SUBMITTED', 'PREVENTED', 'WITHDRAWN', 'ACCEPTED', 'REFUSED')),
    add check ((prevented_on is null) = (completion_due is null)),
    add check (state <> 'PREVENTED' or (prevented_on is not null and completed_on is null)),
    add check (completed_on is null or prevented_on is not null);
