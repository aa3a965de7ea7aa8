using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Protection;

public enum Judgement
{
    /// <summary>Nothing speaks against it.</summary>
    Accept,

    /// <summary>More come than people usually send: it is kept apart until staff have looked at it.</summary>
    Review,

    /// <summary>
    /// A program filled the field that people do not see, or the address was written to often enough: answer as if all were well,
    /// and store nothing.
    /// </summary>
    Pretend,
}

/// <summary>What a public form brings with it besides its fields.</summary>
/// <param name="Stamp">From <see cref="FormStamps"/>, put into the form when it was shown.</param>
/// <param name="Website">The trap: a field that style hides and a label tells people to leave empty.</param>
public sealed record FormMarks(string? Stamp, string? Website);

/// <summary>
/// Tells people's registrations from programs' without asking anybody for anything and without a third party. Ask it last, when
/// the fields are good and before anything is stored.
/// </summary>
public sealed class RegistrationGuard(Throttle throttle, FormStamps stamps, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>A person clicks again when the mail is slow; nobody's mailbox is filled in our name.</summary>
    private static readonly Allowance OfAddress = new("registrations of address", 3, TimeSpan.FromHours(1));

    private readonly Allowance ofNetwork = Read(configuration, "RegistrationsOfNetwork", 5);
    private readonly Allowance mostOfNetwork = Read(configuration, "MostRegistrationsOfNetwork", 60);
    private readonly Allowance ofAll = Read(configuration, "Registrations", 300);

    /// <param name="form">Which form; a stamp of another does not hold.</param>
    /// <param name="address">The normalised address that would be written to.</param>
    public async Task<Result<Judgement>> JudgeAsync(HttpContext http, string form, FormMarks marks, string address, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(marks.Website))
            return Judgement.Pretend;
        switch (stamps.Read(form, marks.Stamp, clock.GetUtcNow()))
        {
            case FormAge.Invalid or FormAge.TooOld:
                return Refusal.Rule("form_expired");
            case FormAge.TooNew:
                return Refusal.Rule("form_too_fast");
        }

        // The network's is over long before everybody's: one that floods must not put all others under review.
        List<Turn> turns = [new(new Allowance("form", 1, FormStamps.Lifetime), marks.Stamp!)];
        var network = NetworkAddress.Of(http);
        if (network is not null)
            turns.AddRange([new(mostOfNetwork, network), new(ofNetwork, network, GoesOn: true)]);
        turns.AddRange([new(ofAll, "all", GoesOn: true), new(OfAddress, address)]);
        var taken = await throttle.TakeInTurnAsync(turns, cancellationToken);
        if (taken[0].IsOver)
            return Refusal.Conflict("form_already_sent");
        if (network is not null && taken[1].IsOver)
            return new Refusal("too_many_attempts", StatusCodes.Status429TooManyRequests, null, (int)Math.Ceiling(taken[1].Wait.TotalMinutes));
        if (taken[^1].IsOver)
            return Judgement.Pretend;
        return taken.Any(turn => turn.IsOver) ? Judgement.Review : Judgement.Accept;
    }

    /// <summary><c>Participants:Limits:{name}</c>, in an hour; 0 turns it off (a registration day in an auditorium).</summary>
    private static Allowance Read(IConfiguration configuration, string name, int otherwise) =>
        new(name, configuration.GetValue($"Participants:Limits:{name}", otherwise), TimeSpan.FromHours(1));
}
