using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

/// <summary>Who publishes (the instance, and the present names of organisations), and how participation began.</summary>
public sealed class ParticipantsCopy : Projection
{
    public ParticipantsCopy()
        : base(Owners.Participants)
    {
        On<InstanceConfiguredV1>((fact, transaction) => transaction.ExecuteAsync(
            """
            insert into instance (cve_ent, iso, state_name, name, guarantor_id, guarantor_name, public_address, languages, example_data)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (only_row) do update set
                cve_ent = excluded.cve_ent, iso = excluded.iso, state_name = excluded.state_name, name = excluded.name,
                guarantor_id = excluded.guarantor_id, guarantor_name = excluded.guarantor_name,
                public_address = excluded.public_address, languages = excluded.languages, example_data = excluded.example_data
            """,
            fact.CveEnt, fact.Iso, fact.StateName, fact.Name, fact.GuarantorId, fact.GuarantorName, fact.PublicAddress.TrimEnd('/'),
            fact.Languages.ToArray(), fact.ExampleData));
        On<OrganisationRegisteredV1>((fact, transaction) => KeepAsync(fact.AggregateId, fact.Organisation, transaction));
        On<OrganisationChangedV1>((fact, transaction) => KeepAsync(fact.AggregateId, fact.Organisation, transaction));
        On<JointDeclarationSignedV1>((fact, transaction) => ParticipationRows.ApplyAsync(fact, transaction));
        On<OpenCallPublishedV1>((fact, transaction) => ParticipationRows.ApplyAsync(fact, transaction));
        On<OpenCallAmendedV1>((fact, transaction) => ParticipationRows.ApplyAsync(fact, transaction));
        On<OpenCallResolvedV1>((fact, transaction) => ParticipationRows.ApplyAsync(fact, transaction));
        On<AwarenessActivityHeldV1>((fact, transaction) => ParticipationRows.ApplyAsync(fact, transaction));
    }

    public override string ResetSql => "delete from instance; delete from organisation; " + ParticipationRows.ResetSql;

    private static Task<int> KeepAsync(Guid id, OrganisationDetails details, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        insert into organisation (id, name, acronym) values ($1, $2, $3)
        on conflict (id) do update set name = excluded.name, acronym = excluded.acronym
        """,
        id, details.Name, details.Acronym);
}
