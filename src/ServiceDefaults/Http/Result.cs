namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// Why a request was refused. <paramref name="Code"/> is stable and English, for programs; the text for people is looked up
/// under the same name in the service's resources (<see cref="MessageCatalog"/>) and formatted with <paramref name="Args"/>.
/// </summary>
/// <param name="Field">Name of the offending field, or a JSON pointer (RFC 6901) into the document.</param>
public sealed record Refusal(string Code, int Status = StatusCodes.Status422UnprocessableEntity, string? Field = null, params object?[] Args)
{
    public static Refusal NotFound() => new("not_found", StatusCodes.Status404NotFound);
    public static Refusal Forbidden() => new("forbidden", StatusCodes.Status403Forbidden);
    public static Refusal Conflict(string code, params object?[] args) => new(code, StatusCodes.Status409Conflict, null, args);
    public static Refusal Invalid(string field, string code, params object?[] args) => new(code, StatusCodes.Status400BadRequest, field, args);
    public static Refusal Rule(string code, string? field = null, params object?[] args) => new(code, StatusCodes.Status422UnprocessableEntity, field, args);
}

/// <summary>An expected outcome: done, or refused for one or more reasons. Exceptions are bugs.</summary>
public readonly struct Result
{
    private readonly IReadOnlyList<Refusal>? refusals;
    private Result(IReadOnlyList<Refusal> refusals) => this.refusals = refusals;

    public static Result Done => default;
    public bool IsRefused => refusals is { Count: > 0 };
    public IReadOnlyList<Refusal> Refusals => refusals ?? [];

    public static Result From(IReadOnlyList<Refusal> refusals) => new(refusals);
    public static implicit operator Result(Refusal refusal) => new([refusal]);
}

/// <inheritdoc cref="Result"/>
public readonly struct Result<T>
{
    private readonly T? value;
    private readonly IReadOnlyList<Refusal>? refusals;

    private Result(T value) => this.value = value;
    private Result(IReadOnlyList<Refusal> refusals) => this.refusals = refusals;

    public bool IsRefused => refusals is { Count: > 0 };
    public IReadOnlyList<Refusal> Refusals => refusals ?? [];
    public T Value => IsRefused ? throw new InvalidOperationException($"Refused: {refusals![0].Code}") : value!;

    public static Result<T> From(IReadOnlyList<Refusal> refusals) => new(refusals);
    public static implicit operator Result<T>(T value) => new(value);
    public static implicit operator Result<T>(Refusal refusal) => new([refusal]);
}
