using System.Text;
using Npgsql;
using OpenGov.ActionPlans.Activities;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Reference;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Commitments;

/// <summary>Reads the page that everybody reads in one round trip.</summary>
internal sealed class CommitmentReader(NpgsqlDataSource database, InstanceClock clock)
{
    private static readonly string[] Detail = Sql.Statements("commitment-detail");

    /// <param name="key">Identifier or id.</param>
    public async Task<CommitmentView?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var id = Keys.IdOf(key);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(Detail[0], key, id, clock.Today));
        batch.BatchCommands.Add(Sql.Command(Detail[1], key, id));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var head = Head(reader);
        await reader.NextResultAsync(cancellationToken);
        var keyActions = new List<KeyActionView>();
        while (await reader.ReadAsync(cancellationToken))
            AddActivity(reader, keyActions);
        return head with { KeyActions = [.. keyActions.Select(WithProgress)] };
    }

    private CommitmentView Head(NpgsqlDataReader row)
    {
        var definition = CanonicalJson.Read<CommitmentDocument>(Encoding.UTF8.GetBytes(row.GetString(7)));
        var status = EnumCodes.Parse<CommitmentStatus>(row.GetString(6));
        var progress = new ExactProgress(row.Fraction(8), row.Fraction(10));
        var lastReportedAt = row.Maybe<DateTimeOffset>(13);
        var thresholds = row.IsDBNull(30) ? new CompletionThresholds() : new CompletionThresholds(row.GetInt32(30), row.GetInt32(31), row.GetInt32(32));
        return new CommitmentView(
            row.GetGuid(0),
            row.GetInt32(1),
            row.GetString(2),
            row.GetInt32(3),
            row.GetString(4),
            new PlanRef(row.GetGuid(20), row.GetString(21), row.GetString(22), row.GetInt32(23), row.GetFieldValue<DateOnly>(24), row.GetFieldValue<DateOnly>(25), row.GetBoolean(26)),
            EnumCodes.Parse<CommitmentKind>(row.GetString(5)),
            definition.Types,
            new ThemeRef(row.GetString(27), row.GetString(28), row.GetString(29)),
            definition.Pillars,
            definition.PublicProblem,
            definition.ProblemTree,
            definition.Objective,
            definition.HowItSolves,
            definition.ExpectedBenefits,
            definition.Population,
            definition.Territory,
            Parties(definition.Responsible),
            Parties(definition.CoResponsible),
            Parties(definition.Intervening),
            definition.LegalBasis,
            definition.Budget,
            definition.CrossCutting,
            [.. definition.SdgTargets.Select(Sdg)],
            definition.OgpId,
            definition.Predecessor,
            definition.Indicators,
            definition.QualityChecks,
            definition.Approval,
            [],
            ProgressView.Of(progress, new ThresholdsToday(thresholds, clock).Suggest(status, progress.Verified, lastReportedAt)),
            status,
            Withdrawal(row),
            definition.ExternalAssessment,
            definition.ExampleFields,
            definition.Notes,
            row.GetFieldValue<DateTimeOffset>(12),
            lastReportedAt);
    }

    private static WithdrawalView? Withdrawal(NpgsqlDataReader row) => row.Maybe<DateTimeOffset>(14) is { } at
        ? new WithdrawalView(new ResolutionReference(row.GetString(16), row.Text(17), row.GetFieldValue<DateOnly>(18), row.Text(19)), row.GetString(15), at)
        : null;

    private void AddActivity(NpgsqlDataReader row, List<KeyActionView> keyActions)
    {
        var id = row.GetGuid(0);
        if (keyActions.Count == 0 || keyActions[^1].Id != id)
            keyActions.Add(new KeyActionView(id, row.GetInt32(1), row.GetString(2), row.GetInt32(3), FractionView.Of(Fraction.Zero), FractionView.Of(Fraction.Zero), new List<ActivityView>()));
        var status = EnumCodes.Parse<ActivityStatus>(row.GetString(13));
        var end = row.GetFieldValue<DateOnly>(8);
        ((List<ActivityView>)keyActions[^1].Activities).Add(new ActivityView(
            row.GetGuid(4),
            row.GetInt32(5),
            row.GetString(6),
            row.GetFieldValue<DateOnly>(7),
            end,
            new ResponsibleParty(row.GetGuid(9), row.GetString(10), row.Text(11)),
            row.GetString(12),
            status,
            row.GetInt32(14),
            Overdue.Is(status, end, clock.Today),
            row.IsDBNull(15) ? null : ReportRow.Read(row, 15),
            row.IsDBNull(23) ? null : new VerificationView(
                EnumCodes.Parse<ActivityStatus>(row.GetString(23)), EnumCodes.Parse<ActivityStatus>(row.GetString(24)), row.GetString(25), row.GetString(26), row.GetFieldValue<DateTimeOffset>(27))));
    }

    private static KeyActionView WithProgress(KeyActionView action)
    {
        var own = CommitmentArithmetic.Own([.. action.Activities.Select(activity => activity.Status)]);
        return action with { Verified = FractionView.Of(own.Verified), Reported = FractionView.Of(own.Reported) };
    }

    private static ResponsibleParty[] Parties(IReadOnlyList<Party> parties) =>
        [.. parties.Select(party => new ResponsibleParty(party.Id, party.Name ?? party.Acronym ?? "", party.Unit))];

    private static SdgRef Sdg(SdgLink link)
    {
        var entry = SdgCatalogue.Find(link.Code)!;
        return new SdgRef(entry.Code, entry.TitleEs, entry.TitleEn, entry.Uri, link.Explanation, link.Inferred);
    }
}
