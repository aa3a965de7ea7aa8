namespace OpenGov.Contracts;

/// <summary>The services that own facts, by the name they have in addresses, queues and configuration.</summary>
public static class Owners
{
    public const string Participants = "participants";
    public const string ActionPlans = "action-plans";
    public const string Transparency = "transparency";
    public const string Notifications = "notifications";

    /// <summary>Who keeps a copy of whose facts. The relay declares a queue for each pair before it publishes.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Subscribers =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            [Participants] = [ActionPlans, Transparency, Notifications],
            // Participants learns from each service that it has forgotten a person.
            [ActionPlans] = [Participants, Transparency, Notifications],
            [Transparency] = [Participants],
            [Notifications] = [Participants],
        };
}
