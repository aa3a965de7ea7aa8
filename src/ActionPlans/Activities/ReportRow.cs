using System.Text.Json;
using Npgsql;
using OpenGov.ActionPlans.Commitments;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Activities;

internal static class ReportRow
{
    /// <summary>Columns id, from_status, to_status, explanation, period, organisation_name, reported_at, evidence (JSON text).</summary>
    public static ReportView Read(NpgsqlDataReader row, int first) => new(
        row.GetGuid(first),
        EnumCodes.Parse<ActivityStatus>(row.GetString(first + 1)),
        EnumCodes.Parse<ActivityStatus>(row.GetString(first + 2)),
        row.GetString(first + 3),
        row.GetString(first + 4),
        row.GetString(first + 5),
        row.GetFieldValue<DateTimeOffset>(first + 6),
        row.Text(first + 7) is { } evidence ? JsonSerializer.Deserialize<EvidenceView[]>(evidence, ContractsJson.Options)! : []);
}

internal static class Overdue
{
    /// <summary>SPEC §2.10: past its end date and not COMPLETED.</summary>
    public static bool Is(ActivityStatus status, DateOnly end, DateOnly today) =>
        end < today && status is ActivityStatus.NotStarted or ActivityStatus.InProgress;
}
