select r.id, r.from_status, r.to_status, r.explanation, r.period, r.organisation_name, r.reported_at,
       (select jsonb_agg(jsonb_build_object(
                   'id', e.id, 'kind', e.kind, 'description', e.description, 'fileName', f.file_name, 'mediaType', f.media_type,
                   'sha256', f.sha256, 'size', f.size,
                   'url', coalesce(e.url, '/api/action-plans/v1/evidence-files/' || e.file_id)) order by e.ordinal)
        from evidence e left join evidence_file f on f.id = e.file_id where e.report_id = r.id)::text
from progress_report r
where r.activity_id = $1 and ($2::uuid is null or r.id < $2)
order by r.id desc limit $3;
