using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

/// <summary>One sign-in. It ends by sign-out, after <see cref="IdleLimit"/> without use, or after <see cref="AbsoluteLimit"/>.</summary>
public sealed class Session : AggregateRoot
{
    /// <summary>A working day: nobody signs in twice in one, and a forgotten browser is signed out by the next.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromHours(8);

    /// <summary>However much it is used.</summary>
    public static readonly TimeSpan AbsoluteLimit = TimeSpan.FromDays(7);

    private Session()
    {
    }

    public Guid AccountId { get; private init; }
    public byte[] TokenHash { get; private init; } = [];
    public DateTimeOffset StartedAt { get; private init; }
    public DateTimeOffset LastSeenAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? EndedAt { get; private set; }

    public BrowserFamily Browser { get; private init; }
    public OperatingSystemFamily System { get; private init; }

    /// <summary>A passkey is two steps in one.</summary>
    public bool ByPasskey { get; private init; }

    /// <summary>When it ends without anybody's doing.</summary>
    public DateTimeOffset EndsByItself => ExpiresAt < LastSeenAt + IdleLimit ? ExpiresAt : LastSeenAt + IdleLimit;

    public static Result<Session> Start(Account account, string token, Device device, bool byPasskey, DateTimeOffset now)
    {
        var allowed = account.MaySignIn();
        if (allowed.IsRefused)
            return Result<Session>.From(allowed.Refusals);
        return new Session
        {
            Id = Guid.CreateVersion7(),
            AccountId = account.Id,
            TokenHash = Secret.Hash(token),
            StartedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + AbsoluteLimit,
            Browser = device.Browser,
            System = device.System,
            ByPasskey = byPasskey,
        };
    }

    public bool IsRunning(DateTimeOffset now) => EndedAt is null && now < EndsByItself;

    public SessionEndedV1 End(DateTimeOffset now)
    {
        EndedAt ??= now;
        return new SessionEndedV1(Id, Touch(), AccountId, EndedAt.Value);
    }
}

/// <param name="SessionToken">Opaque, 256 bits; the portal keeps it in the cookie <c>og_session</c>.</param>
/// <param name="ExpiresAt">Absolute end, seven days on; eight hours without use end it earlier.</param>
/// <param name="DeviceToken">Marks the browser as the owner's at later sign-ins (<see cref="DeviceTokens"/>); the portal keeps it in <c>og_device</c>.</param>
/// <param name="SecondStepMissing">The account's post asks for a second step that it lacks: until it is set up nothing else is open.</param>
public sealed record StartedSession(string SessionToken, DateTimeOffset ExpiresAt, string? DeviceToken = null, bool SecondStepMissing = false);

/// <summary>What was proved at a sign-in, for the audit trail.</summary>
public enum SignInWay
{
    Password,
    PasswordAndCode,
    PasswordAndRecoveryCode,
    Passkey,
    /// <summary>The link of an invitation or a confirmation, with which the password was set.</summary>
    Link,
    SetUp,
}

internal static class SessionUnitOfWork
{
    /// <summary>
    /// Adds a new sign-in to the unit of work. The one in which the request came, whosever it was, ends with it: its browser forgets the token, and a
    /// token that nobody holds would live on unseen (OWASP ASVS 5, V7.2.4).
    /// </summary>
    public static async Task<Result<StartedSession>> StartAsync(this ParticipantsDb db, Account account, HttpContext http, SignInWay way, CancellationToken cancellationToken)
    {
        var token = Secret.New();
        var started = Session.Start(account, token, Device.Of(http), way == SignInWay.Passkey, db.Now);
        if (started.IsRefused)
            return Result<StartedSession>.From(started.Refusals);
        if (http.Account() is { } caller
            && await db.Sessions.SingleOrDefaultAsync(row => row.Id == caller.SessionId && row.EndedAt == null, cancellationToken) is { } former)
        {
            db.End(former, by: caller.AccountId);
        }

        db.Add(started.Value);
        db.Audit(account.Id, "session_started", "session", started.Value.Id, after: new { way });
        return new StartedSession(token, started.Value.ExpiresAt);
    }

    /// <summary>Ends a sign-in in the unit of work; the fact makes every service refuse its tokens at once.</summary>
    public static void End(this ParticipantsDb db, Session session, Guid by)
    {
        db.Record(session.End(db.Now));
        db.Audit(by, "session_ended", "session", session.Id);
    }

    /// <summary>Ends all running sign-ins of an account, but for one.</summary>
    public static async Task EndAllAsync(this ParticipantsDb db, Guid accountId, Guid? except, Guid by, CancellationToken cancellationToken)
    {
        foreach (var running in await db.Sessions.Where(row => row.AccountId == accountId && row.EndedAt == null && row.Id != except).ToListAsync(cancellationToken))
            db.End(running, by);
    }
}
