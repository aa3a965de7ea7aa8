using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class StateZoneTests
{
    private static readonly DateTimeOffset Winter = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Summer = new(2026, 7, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Ley de los Husos Horarios (2022): only Baja California keeps summer time as a whole state.</summary>
    [Theory]
    [InlineData("02", -8, -7)]
    [InlineData("03", -7, -7)]
    [InlineData("08", -6, -6)]
    [InlineData("15", -6, -6)]
    [InlineData("18", -7, -7)]
    [InlineData("23", -5, -5)]
    [InlineData("25", -7, -7)]
    [InlineData("26", -7, -7)]
    [InlineData("31", -6, -6)]
    public void The_offset_of_a_state_is_that_of_the_law(string state, int winter, int summer)
    {
        var zone = StateZone.Of(state);
        (zone.Info.GetUtcOffset(Winter).TotalHours, zone.Info.GetUtcOffset(Summer).TotalHours).ShouldBe((winter, summer));
    }

    [Fact]
    public void Every_state_has_a_zone_and_all_others_are_central()
    {
        State.All.Where(state => StateZone.Of(state.CveEnt).Legal != LegalZone.Centre).Select(state => state.CveEnt).ShouldBe(["02", "03", "18", "23", "25", "26"]);
        State.All.ShouldAllBe(state => StateZone.Of(state.CveEnt).TzName.StartsWith("America/"));
        StateZone.Of(null).ShouldBe(StateZone.Capital);
        StateZone.Sql.ShouldContain("when '26' then 'America/Hermosillo'");
    }

    [Fact]
    public void A_day_ends_at_the_states_midnight()
    {
        StateZone.Of("02").At(new(2026, 1, 2), TimeOnly.MinValue).ToUniversalTime().ShouldBe(new DateTimeOffset(2026, 1, 2, 8, 0, 0, TimeSpan.Zero));
        StateZone.Of("02").At(new(2026, 7, 2), TimeOnly.MinValue).ToUniversalTime().ShouldBe(new DateTimeOffset(2026, 7, 2, 7, 0, 0, TimeSpan.Zero));
        StateZone.Of("23").Today(new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2026, 1, 2));
        StateZone.Of("26").Today(new DateTimeOffset(2026, 1, 2, 6, 59, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2026, 1, 1));
    }
}
