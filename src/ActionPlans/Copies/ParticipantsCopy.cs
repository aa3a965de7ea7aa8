using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ActionPlans.Copies;

/// <summary>What this service keeps of Participants' facts: who may do what, whom a document names, which thresholds apply.</summary>
internal sealed class ParticipantsCopy : Projection
{
    public ParticipantsCopy()
        : base(Owners.Participants)
    {
        On<InstanceConfiguredV1>((fact, copy) => copy.ExecuteAsync(
            """
            insert into instance (id, cve_ent, iso, state_name, name, public_address, example_data) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (id) do update set cve_ent = excluded.cve_ent, iso = excluded.iso, state_name = excluded.state_name,
                name = excluded.name, public_address = excluded.public_address, example_data = excluded.example_data
            """,
            fact.AggregateId, fact.CveEnt, fact.Iso, fact.StateName, fact.Name, fact.PublicAddress, fact.ExampleData));
        On<LegalProfileAdoptedV1>((fact, copy) => copy.ExecuteAsync(
            """
            insert into legal_profile (id, valid_from, reporting_period_months, grace_days, substantial_from, complete_from, max_commitments)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (valid_from) do update set id = excluded.id, reporting_period_months = excluded.reporting_period_months,
                grace_days = excluded.grace_days, substantial_from = excluded.substantial_from, complete_from = excluded.complete_from,
                max_commitments = excluded.max_commitments
            """,
            fact.AggregateId, fact.ValidFrom, fact.Parameters.ReportingPeriodMonths, fact.Parameters.GraceDays,
            fact.Parameters.SubstantialFrom, fact.Parameters.CompleteFrom, fact.Parameters.MaxCommitments));
        On<LegalProfileWithdrawnV1>((fact, copy) => copy.ExecuteAsync("delete from legal_profile where id = $1", fact.AggregateId));
        On<OrganisationRegisteredV1>((fact, copy) => StoreAsync(fact.AggregateId, fact.Organisation, copy));
        On<OrganisationChangedV1>((fact, copy) => StoreAsync(fact.AggregateId, fact.Organisation, copy));
        On<MandateGrantedV1>((fact, copy) => copy.ExecuteAsync(
            """
            insert into mandate (id, account_id, organisation_id, valid_from, valid_until) values ($1, $2, $3, $4, $5)
            on conflict (id) do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until
            """,
            fact.AggregateId, fact.AccountId, fact.OrganisationId, fact.From, fact.Until));
        On<MandateEndedV1>((fact, copy) => copy.ExecuteAsync("update mandate set valid_until = $2 where id = $1", fact.AggregateId, fact.EndedAt));
        On<StaffPostAssignedV1>((fact, copy) => copy.ExecuteAsync(
            """
            insert into staff_post (id, account_id, role, valid_from, valid_until) values ($1, $2, $3, $4, $5)
            on conflict (id) do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until
            """,
            fact.AggregateId, fact.AccountId, fact.Role.Code(), fact.From, fact.Until));
        On<StaffPostEndedV1>((fact, copy) => copy.ExecuteAsync("update staff_post set valid_until = $2 where id = $1", fact.AggregateId, fact.EndedAt));
        On<JointDeclarationSignedV1>((fact, copy) => copy.ExecuteAsync(
            "insert into joint_declaration (id, signed_on) values ($1, $2) on conflict (id) do update set signed_on = excluded.signed_on", fact.AggregateId, fact.SignedOn));
        On<OpenCallPublishedV1>((fact, copy) => copy.ExecuteAsync(
            "insert into open_call (id, published_at) values ($1, $2) on conflict (id) do nothing", fact.AggregateId, fact.PublishedAt));
        On<SecretariatFormedV1>((fact, copy) => copy.ExecuteAsync(
            "insert into secretariat (id, parent_id) values ($1, $2::uuid) on conflict (id) do nothing", fact.AggregateId, fact.ParentId));
        On<SecretariatInstalledV1>((fact, copy) => copy.ExecuteAsync(
            "update secretariat set installed_on = $2, recorded_at = $3 where id = $1", fact.AggregateId, fact.InstalledOn, copy.Recorded.OccurredAt));
        On<SecretariatSuspendedV1>((fact, copy) => copy.ExecuteAsync("update secretariat set suspended_on = $2 where id = $1", fact.AggregateId, fact.SuspendedOn));
        On<SecretariatReturnedV1>((fact, copy) => copy.ExecuteAsync("update secretariat set suspended_on = null where id = $1", fact.AggregateId));
        On<ResolutionAdoptedV1>(async (fact, copy) =>
        {
            await copy.ExecuteAsync(
                """
                insert into adopted_resolution (id, secretariat_id, number, matter, about_kind, about_id, about_hash, adopted_at)
                values ($1, $2, $3, $4, $5::text, $6::uuid, $7::text, $8) on conflict (id) do nothing
                """,
                fact.AggregateId, fact.SecretariatId, fact.Number, fact.Matter, fact.Subject?.Kind, fact.Subject?.Id, fact.Subject?.VersionHash, fact.AdoptedAt);
            if (fact.SupersedesId is { } former)
                await copy.ExecuteAsync("update adopted_resolution set superseded_by_id = $2 where id = $1", former, fact.AggregateId);
        });
    }

    public override string ResetSql => "delete from secretariat; delete from adopted_resolution; delete from joint_declaration; delete from open_call; delete from instance; delete from legal_profile; delete from organisation; delete from mandate; delete from staff_post";

    private static Task<int> StoreAsync(Guid id, OrganisationDetails organisation, ProjectionTransaction copy) => copy.ExecuteAsync(
        """
        insert into organisation (id, name, acronym, kind, sector, cvegeo, search_name, search_acronym) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (id) do update set name = excluded.name, acronym = excluded.acronym, kind = excluded.kind, sector = excluded.sector,
            cvegeo = excluded.cvegeo, search_name = excluded.search_name, search_acronym = excluded.search_acronym
        """,
        id, organisation.Name, organisation.Acronym, organisation.Kind.Code(), organisation.Sector.Code(), organisation.Cvegeo,
        OrganisationNames.Normalise(organisation.Name), organisation.Acronym is null ? null : OrganisationNames.Normalise(organisation.Acronym));
}
