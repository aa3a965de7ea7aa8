-- The reports of a commitment, the latest first: ids are UUIDs of version 7, made in the order of time.
create index progress_report_commitment on progress_report (commitment_id, id desc);
