using System.Globalization;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

/// <summary>How the exercise began and who was called; of people only counts, as their owner suppressed them (INV-51).</summary>
internal static class ParticipationRows
{
    public const string ResetSql = "delete from declarations; delete from open_calls; delete from participation_events;";

    public static Task<int> ApplyAsync(JointDeclarationSignedV1 fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        insert into declarations (declaration_id, title_es, signed_on, text_sha256, signatories_es, signatory_ids, signatory_sectors, signatory_posts_es, signatory_signed_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (declaration_id) do update set title_es = excluded.title_es, signed_on = excluded.signed_on, text_sha256 = excluded.text_sha256,
            signatories_es = excluded.signatories_es, signatory_ids = excluded.signatory_ids, signatory_sectors = excluded.signatory_sectors,
            signatory_posts_es = excluded.signatory_posts_es, signatory_signed_on = excluded.signatory_signed_on
        """,
        fact.AggregateId, fact.Title, fact.SignedOn, fact.TextHash, ListItems.Texts(fact.Signatories.Select(one => one.OrganisationName)),
        fact.Signatories.Select(one => one.OrganisationId.ToString()).ToArray(), fact.Signatories.Select(one => one.Sector.Code()).ToArray(),
        ListItems.Texts(fact.Signatories.Select(one => one.Post)), fact.Signatories.Select(one => one.SignedOn.ToString("O", CultureInfo.InvariantCulture)).ToArray());

    public static Task<int> ApplyAsync(OpenCallPublishedV1 fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        insert into open_calls (call_id, number, kind, title_es, opens_on, closes_on, results_on, sectors, takes_people, published_at, amendments,
            accepted_organisations_es, accepted_organisation_ids)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '{}', '{}')
        on conflict (call_id) do nothing
        """,
        fact.AggregateId, fact.Number, fact.Kind.Code(), fact.Title, fact.OpensOn, fact.ClosesOn, fact.ResultsOn, fact.Sectors.Select(sector => sector.Code()).ToArray(),
        fact.TakesPeople, fact.PublishedAt.Printed());

    public static Task<int> ApplyAsync(OpenCallAmendedV1 fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        update open_calls set title_es = $2, opens_on = $3, closes_on = $4, results_on = $5, amendments = $6, last_amended_at = $7,
            cancelled_at = case when $8 then $7 else cancelled_at end
        where call_id = $1
        """,
        fact.AggregateId, fact.Title, fact.OpensOn, fact.ClosesOn, fact.ResultsOn, fact.Number, fact.AmendedAt.Printed(), fact.Kind == AmendmentKind.Cancellation);

    /// <summary>Organisations under the names that they have now: theirs are told before what they take part in.</summary>
    public static Task<int> ApplyAsync(OpenCallResolvedV1 fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        update open_calls set resolved_at = $2, accepted_organisation_ids = $3::text[],
            accepted_organisations_es = coalesce((select array_agg(coalesce(replace(organisation.name, '|', '/'), '') order by listed.position)
                from unnest($3::text[]) with ordinality as listed (id, position) left join organisation on organisation.id = listed.id::uuid), '{}'),
            organisations_refused = $4, organisations_withdrawn = $5, people_accepted = $6, people_refused = $7, people_withdrawn = $8
        where call_id = $1
        """,
        fact.AggregateId, fact.ResolvedAt.Printed(), fact.AcceptedOrganisations.Select(id => id.ToString()).ToArray(), fact.OrganisationsRefused, fact.OrganisationsWithdrawn,
        fact.PeopleAccepted, fact.PeopleRefused, fact.PeopleWithdrawn);

    public static Task<int> ApplyAsync(AwarenessActivityHeldV1 fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        insert into participation_events (event_id, kind, topic_es, held_on, place_es, link, civil_society, public_bodies, guarantors, citizens, recorded_at)
        values ($1, 'AWARENESS', $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (event_id) do update set topic_es = excluded.topic_es, held_on = excluded.held_on, place_es = excluded.place_es, link = excluded.link,
            civil_society = excluded.civil_society, public_bodies = excluded.public_bodies, guarantors = excluded.guarantors, citizens = excluded.citizens,
            recorded_at = excluded.recorded_at
        """,
        fact.AggregateId, fact.Topic, fact.HeldOn, fact.Place, fact.Link, fact.Attendance.CivilSociety, fact.Attendance.PublicBodies, fact.Attendance.Guarantors,
        fact.Attendance.Citizens, fact.RecordedAt.Printed());
}
