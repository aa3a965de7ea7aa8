using System.Text.RegularExpressions;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Operation;
using static OpenGov.Portal.Text;

namespace OpenGov.Portal.Operation;

/// <summary>
/// What stopped, in words of somebody who runs an exercise and no program. The services say it in English and by types and codes, for who
/// mends it; that stands behind the words.
/// </summary>
internal static partial class PlainWords
{
    /// <param name="reason">As <see cref="FailureText"/> writes it, or the bus.</param>
    public static string OfReason(string reason) => Code("reason", KindOfReason(reason));

    public static string OfFailure(RecentFailure failure) => Code("failed", KindOfFailure(failure));

    internal static string KindOfReason(string reason)
    {
        // The innermost that the database said tells more than what it was wrapped in.
        if (Condition().Match(reason) is { Success: true } match)
        {
            return match.Groups["state"].Value switch
            {
                "23505" => "TWICE",
                "23503" => "MISSING",
                "57014" or "40P01" or "40001" or "55P03" => "SLOW",
                var state when state.StartsWith("22", StringComparison.Ordinal) => "FORM",
                var state when state.StartsWith("23", StringComparison.Ordinal) => "RULE",
                var state when state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("54", StringComparison.Ordinal) => "ROOM",
                var state when state.StartsWith("42", StringComparison.Ordinal) => "PROGRAM",
                _ => "DATABASE",
            };
        }

        return Types().Match(reason) is not { Success: true } type ? "PROGRAM" : type.Groups["type"].Value switch
        {
            "HttpRequestException" or "TimeoutException" or "TimeoutRejectedException" or "BrokenMessageException" => "AWAY",
            "NpgsqlException" => "DATABASE",
            nameof(WaitsForEarlierFactException) => "EARLIER",
            "RegexMatchTimeoutException" or "OperationCanceledException" => "SLOW",
            _ => "UNREADABLE",
        };
    }

    internal static string KindOfFailure(RecentFailure failure)
    {
        return failure.Where switch
        {
            _ when Below("OpenGov.ServiceDefaults.Messaging.FactApplier") => "FACT",
            _ when Below("OpenGov.ServiceDefaults.Messaging.BrokenMessages") || Below("OpenGov.ServiceDefaults.Messaging.InboxConsumer") => "MESSAGE",
            _ when Below("OpenGov.ServiceDefaults.Messaging") || Below("MassTransit") => "MESSAGING",
            _ when Below("OpenGov.ServiceDefaults.Operation") => "ORDER",
            _ when Below("OpenGov.Notifications") => "MAIL",
            _ when Below("OpenGov.Participants.Privacy.Erasures") => "LEDGER",
            _ when Below("OpenGov.Gateway.Tls") => "CERTIFICATE",
            _ when Below("OpenGov.ServiceDefaults.Http") || Below("Microsoft.AspNetCore") || Below("OpenGov.Portal") || Below("OpenGov.Gateway") || Below("Yarp") => "REQUEST",
            _ when Below("Npgsql") || Below("Microsoft.EntityFrameworkCore") => "DATABASE",
            _ => "OTHER",
        };

        bool Below(string category) => failure.Where.StartsWith(category, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bPostgresException (?<state>[0-9A-Z]{5})\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\b(?<type>HttpRequestException|TimeoutException|TimeoutRejectedException|BrokenMessageException|NpgsqlException|WaitsForEarlierFactException|RegexMatchTimeoutException|OperationCanceledException|Json\w*Exception|\w*SerializationException|FormatException|KeyNotFoundException|dead-letter)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Types();
}
