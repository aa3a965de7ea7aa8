using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>
/// Terms of days instead of years, so that sectors lose their last holder at midnight again and again; whoever changes the members may come before the day's review.
/// The database asks the same of each transaction that ends a holding (<c>a_sector_left_with_nobody_suspends</c>).
/// </summary>
public sealed class RandomMidnightsTests
{
    private const int Days = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void INV_08_whoever_changes_the_members_leaves_no_sector_empty_without_the_suspension(int seed)
    {
        var dice = new Random(seed);
        var scene = Installed(dice.Next(1, 3), dice.Next(1, 3), dice.Next(1, 3));
        var (secretariat, beforeReview) = (scene.Secretariat, new HashSet<string>(StringComparer.Ordinal));
        // The first terms are over soon.
        scene.Now = scene.Now.AddDays(700);
        for (var day = 0; day < Days; day++)
        {
            scene.Now = scene.Now.AddDays(dice.Next(1, 4));
            var isReviewed = dice.Next(2) == 0;
            if (isReviewed)
                secretariat.Review(scene.Day);
            for (var act = 0; act < 3; act++)
            {
                // The review has not noticed what the day is: it lacks a sector, or has somebody in each again.
                var overdue = secretariat.State == SecretariatState.Installed == secretariat.On(scene.Day).MissingSectors.Count > 0;
                if (Act(scene, dice) is { } done)
                {
                    if (overdue)
                        beforeReview.Add(done);
                    (secretariat.State == SecretariatState.Installed).ShouldBe(secretariat.On(scene.Day).MissingSectors.Count == 0, $"{done} on {scene.Day:O}");
                    secretariat.Suspensions.Count(row => row.GoesOn).ShouldBe(secretariat.State == SecretariatState.Installed ? 0 : 1);
                }
                else if (overdue && secretariat.On(scene.Day).MissingSectors.Count > 0)
                {
                    secretariat.WhySuspendedOn(scene.Day)!.Code.ShouldBe("secretariat_suspended");
                }
            }
        }

        beforeReview.ShouldBe(["appoint", "end", "substitute", "succeed"], ignoreOrder: true);
    }

    /// <returns>What was done; null where it was refused or nobody was there.</returns>
    private static string? Act(Scene scene, Random dice)
    {
        var (secretariat, day) = (scene.Secretariat, scene.Day);
        var sitting = secretariat.Holdings.Where(row => row.IsInForce(day)).ToList();
        var holding = sitting.Count > 0 ? sitting[dice.Next(sitting.Count)] : null;
        var seat = secretariat.Seats[dice.Next(secretariat.Seats.Count)];
        switch (dice.Next(8))
        {
            case <= 4:
                return secretariat.Appoint(seat.Id, Holder(seat.Sector, from: day, until: day.AddDays(dice.Next(1, 20))), scene.Rules, day).IsRefused ? null : "appoint";
            case 5 when holding is not null:
                return secretariat.Substitute(holding.Id, new Substitution(Guid.CreateVersion7(), null, null, "Oficio", "Cambio"), scene.Rules, day).IsRefused ? null : "substitute";
            case 6 when holding is not null:
                var successor = new Successor(Guid.CreateVersion7(), secretariat.Seats.Single(one => one.Id == holding.SeatId).Sector, IsIndependent: true, "Decreto 7");
                return secretariat.Succeed(holding.OrganisationId, successor, isUndone: false, scene.Rules, day, []).Count > 0 ? "succeed" : null;
            case 7 when holding is not null && dice.Next(3) == 0:
                return secretariat.EndHolding(holding.Id, "Renuncia", day).IsRefused ? null : "end";
            default:
                return null;
        }
    }
}
