select r.id, r.from_status, r.to_status, r.explanation, r.period, r.organisation_name, r.reported_at,
       (select jsonb_agg(jsonb_build_object(
                   'id', e.id, 'kind', e.kind, 'description', e.description, 'fileName', f.file_name, 'mediaType', f.media_type,
                   'sha256', f.sha256, 'size', f.size,
                   'url', coalesce(e.url, '/api/action-plans/v1/evidence-files/' || e.file_id)) order by e.ordinal)
        from evidence e left join evidence_file f on f.id = e.file_id where e.report_id = r.id)::text,
       a.id, a.number, a.title, k.number
from (select * from progress_report
      where commitment_id = (select id from commitment where identifier = $1 or id = $2) and ($3::uuid is null or id < $3)
      order by id desc limit $4) r
join activity a on a.id = r.activity_id
join key_action k on k.id = a.key_action_id
order by r.id desc;
