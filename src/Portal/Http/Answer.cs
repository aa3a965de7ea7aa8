using System.Text.Json;

namespace OpenGov.Portal.Http;

/// <summary>A reason inside a service's problem; <paramref name="Field"/> is a field name or a JSON pointer.</summary>
public sealed record ProblemReason(string? Code, string? Field, string? Detail);

/// <summary>RFC 9457 problem details as our services send them.</summary>
public sealed record ServiceProblem(string? Title, string? Detail, string? Code, IReadOnlyList<ProblemReason>? Errors, string? TraceId);

/// <summary>What a service answered. <see cref="Away"/> is an expected outcome that a page shows, not an exception.</summary>
/// <param name="Status">HTTP status; 0 where no answer came in time.</param>
/// <param name="ETag">Opaque part of the entity tag, without quotes.</param>
public sealed record Answer<T>(int Status, T? Value, string? ETag, ServiceProblem? Problem, TimeSpan? RetryAfter = null)
{
    public bool Ok => Status is >= 200 and < 300;
    public bool NotFound => Status == StatusCodes.Status404NotFound;
    public bool Away => Status is 0 or >= 500;
    public bool MustSignIn => Status == StatusCodes.Status401Unauthorized;
    public bool Forbidden => Status == StatusCodes.Status403Forbidden;
    public bool Stale => Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status428PreconditionRequired;

    /// <summary>Why it was refused, for people, in the request's language.</summary>
    public string Reason => Problem?.Detail ?? Problem?.Title ?? Text.T(Away ? "errors.away" : "errors.refused");
}

/// <summary>Marks an answer whose body nobody reads.</summary>
public sealed record Nothing;

/// <summary>A page of a list as our services send it.</summary>
public sealed record Listing<T>(IReadOnlyList<T> Items, string? Next)
{
    public static readonly Listing<T> Empty = new([], null);
}

internal static class PortalJson
{
    /// <summary>The portal reads what it knows and ignores the rest, so that services can add members without it.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString,
    };
}
