-- Payloads of personal facts that are not erased yet: few, looked up by the person and when their time is over.
create index event_log_personal on event_log (type, (payload ->> 'subjectId')) where personal and payload is not null;
