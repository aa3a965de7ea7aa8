-- Two statements, sent together: the commitment ($1 is its identifier, $2 its id) with its plan, theme and thresholds, and its activities
-- with their last report.
select c.id, c.version, c.identifier, c.number, c.title, c.kind, c.status, c.definition::text,
       c.verified_numerator, c.verified_denominator, c.reported_numerator, c.reported_denominator,
       c.published_at, c.last_reported_at,
       c.withdrawn_at, c.withdrawal_reason, c.withdrawal_number, c.withdrawal_session, c.withdrawal_adopted_on, c.withdrawal_document_url,
       p.id, p.identifier, p.title, p.published_version, p.period_start, p.period_end, p.example_data,
       t.code, t.title_es, t.title_en,
       l.substantial_from, l.complete_from, l.reporting_period_months
from commitment c
join plan p on p.id = c.plan_id
join theme t on t.code = c.theme
left join lateral (select * from legal_profile where valid_from <= $3 order by valid_from desc limit 1) l on true
where c.identifier = $1 or c.id = $2;

select k.id, k.number, k.title, k.weight,
       a.id, a.number, a.title, a.starts_on, a.ends_on, a.responsible_organisation_id, a.responsible_name, a.responsible_unit,
       a.means_of_verification, a.status, a.version,
       r.id, r.from_status, r.to_status, r.explanation, r.period, r.organisation_name, r.reported_at, r.evidence,
       v.from_status, v.to_status, v.note, v.organisation_name, v.verified_at
from key_action k
join activity a on a.key_action_id = k.id
left join lateral (
    select pr.*, (select jsonb_agg(jsonb_build_object(
                             'id', e.id, 'kind', e.kind, 'description', e.description, 'fileName', f.file_name, 'mediaType', f.media_type,
                             'sha256', f.sha256, 'size', f.size,
                             'url', coalesce(e.url, '/api/action-plans/v1/evidence-files/' || e.file_id)) order by e.ordinal)
                  from evidence e left join evidence_file f on f.id = e.file_id where e.report_id = pr.id)::text as evidence
    from progress_report pr where pr.activity_id = a.id order by pr.reported_at desc, pr.id desc limit 1) r on true
left join lateral (
    select ve.* from verification ve where ve.activity_id = a.id order by ve.verified_at desc limit 1) v on true
where k.commitment_id = (select id from commitment where identifier = $1 or id = $2) and k.removed_in_version is null
order by k.number, a.number;
