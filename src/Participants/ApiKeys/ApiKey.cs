using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.ApiKeys;

/// <summary>
/// With it a program acts for an account, as far as its scopes reach and until it expires. Its id stands where a session's does
/// in tokens, so that its end travels as <see cref="SessionEndedV1"/> and is refused everywhere at once.
/// </summary>
public sealed class ApiKey : AggregateRoot
{
    /// <summary>By which people, secret scanners and the gateway know one.</summary>
    public const string Prefix = "ogk_";

    public const int MaxDays = 365;

    /// <summary>An account with more has lost count of them.</summary>
    public const int MaxOfAccount = 20;

    /// <summary><c>{service}:read</c> for GET and HEAD, <c>{service}:write</c> for all else; the gateway holds them to it.</summary>
    public static readonly IReadOnlyList<string> AllScopes =
        [.. new[] { Owners.Participants, Owners.ActionPlans, Owners.Transparency, Owners.Notifications, "national" }.SelectMany(service => (string[])[$"{service}:read", $"{service}:write"])];

    private ApiKey()
    {
    }

    public Guid AccountId { get; private init; }
    public string Name { get; private init; } = "";
    public byte[] KeyHash { get; private init; } = [];
    public string[] Scopes { get; private init; } = [];
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? LastUsedAt { get; private init; }
    public DateTimeOffset? RevokedAt { get; private set; }

    public static Result<ApiKey> Create(Guid accountId, string? name, IReadOnlyList<string>? scopes, int? days, string key, DateTimeOffset now)
    {
        var fields = new Fields();
        var text = fields.Text("name", name, 1, 80);
        if (scopes is not { Count: > 0 })
            fields.Refuse(Refusal.Invalid("scopes", "field_required"));
        else if (scopes.Except(AllScopes, StringComparer.Ordinal).Any())
            fields.Refuse(Refusal.Invalid("scopes", "scope_unknown"));
        if (days is null or < 1 or > MaxDays)
            fields.Refuse(Refusal.Invalid("days", "api_key_days_invalid", MaxDays));
        if (fields.AreRefused)
            return Result<ApiKey>.From(fields.Refusals);
        return new ApiKey
        {
            Id = Guid.CreateVersion7(),
            AccountId = accountId,
            Name = text,
            KeyHash = Secret.Hash(key),
            Scopes = [.. scopes!.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            CreatedAt = now,
            ExpiresAt = now.AddDays(days!.Value),
        };
    }

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public SessionEndedV1 Revoke(DateTimeOffset now)
    {
        RevokedAt ??= now;
        return new SessionEndedV1(Id, Touch(), AccountId, RevokedAt.Value);
    }
}
