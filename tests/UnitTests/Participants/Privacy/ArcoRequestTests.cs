using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Arco;

namespace OpenGov.UnitTests.Participants.Privacy;

/// <summary>The statutory clock of SPEC §4.3. Dates were counted by hand: 16 March 2026 is a rest day (third Monday of March).</summary>
public sealed class ArcoRequestTests
{
    private static readonly BusinessCalendar Calendar = new(RestDays.Of(2026));
    private static readonly PrivacyTerms Terms = new();

    [Fact]
    public void An_extension_is_added_again_where_the_term_begins_anew()
    {
        var request = Received("2026-03-02");
        request.AnswerDue.ShouldBe(Day("2026-03-31"));
        request.Extend("Hay que buscar en archivos", 10, On("2026-03-03")).IsRefused.ShouldBeFalse();
        request.AnswerDue.ShouldBe(Day("2026-04-14"));
        request.Prevent("Diga cuáles datos", On("2026-03-04")).IsRefused.ShouldBeFalse();
        (request.AnswerDue, request.CompletionDue).ShouldBe((null, Day("2026-03-19")));
        request.Complete("Los de mi registro", On("2026-03-10")).IsRefused.ShouldBeFalse();
        request.AnswerDue.ShouldBe(Day("2026-04-22"), "twenty days end on 8 April, ten more on the 22nd");
        request.Extend("Otra vez", 10, On("2026-03-11")).Refusals.Single().Code.ShouldBe("arco_not_in_state", "once");
    }

    [Fact]
    public void Without_an_extension_the_term_begins_anew_as_it_was()
    {
        var request = Received("2026-03-02");
        request.Prevent("Diga cuáles datos", On("2026-03-04"));
        request.Complete("Los de mi registro", On("2026-03-10"));
        request.AnswerDue.ShouldBe(Day("2026-04-08"));
        request.Extend("Hay que buscar en archivos", 2, On("2026-03-11"));
        request.AnswerDue.ShouldBe(Day("2026-04-10"));
    }

    [Fact]
    public void Staff_are_told_once_that_a_term_is_near_and_once_that_it_is_over()
    {
        var request = Received("2026-03-02");
        request.Remind(On("2026-03-25")).ShouldBeNull("four days before");
        request.Remind(On("2026-03-26")).ShouldBe(ArcoReminder.Due);
        request.Remind(On("2026-03-31")).ShouldBeNull("on the day itself it is not over");
        request.Remind(On("2026-04-01")).ShouldBe(ArcoReminder.Overdue);
        request.Remind(On("2026-04-02")).ShouldBeNull();
        request.Remind(On("2026-06-01")).ShouldBeNull("not daily");
        request.Respond(ArcoOutcome.Granted, "Procede", On("2026-06-01"));
        request.EffectiveDue.ShouldBe(Day("2026-06-22"));
        request.Remind(On("2026-06-17")).ShouldBe(ArcoReminder.Due, "another term");
        request.Remind(On("2026-06-23")).ShouldBe(ArcoReminder.Overdue);
    }

    [Fact]
    public void Who_was_away_while_the_term_ended_is_told_that_it_is_over_and_not_that_it_is_near()
    {
        var request = Received("2026-03-02");
        request.Remind(On("2026-04-06")).ShouldBe(ArcoReminder.Overdue);
        request.Remind(On("2026-04-07")).ShouldBeNull();
        var theirs = Received("2026-03-02");
        theirs.Prevent("Diga cuáles datos", On("2026-03-03"));
        theirs.Remind(On("2026-06-01")).ShouldBeNull("the person's own term is theirs");
    }

    [Fact]
    public void The_persons_term_is_as_they_were_told_and_longer_where_a_day_of_it_lost_its_business_since()
    {
        var request = Received("2026-03-02");
        request.Prevent("Diga cuáles datos", On("2026-03-04"));
        request.CompletionDue.ShouldBe(Day("2026-03-19"));
        var closed = new BusinessCalendar([.. RestDays.Of(2026), Day("2026-03-19")]);
        request.Lapse(On("2026-03-19")).ShouldBeFalse();
        request.Lapse(new ArcoClock(Day("2026-03-20"), closed, Terms, 3)).ShouldBeFalse("19 March is no business day any more");
        var fewer = new BusinessCalendar([]);
        request.Lapse(new ArcoClock(Day("2026-03-19"), fewer, Terms, 3)).ShouldBeFalse("it never gets shorter");
        request.Lapse(On("2026-03-20")).ShouldBeTrue();
        (request.State, request.ClosedOn).ShouldBe((ArcoState.NotFiled, Day("2026-03-20")));
    }

    [Fact]
    public void INV_52_an_erasure_ends_what_is_open_but_the_granted_cancellation_that_it_carries_out()
    {
        var cause = Guid.CreateVersion7();
        foreach (var prepare in new Action<ArcoRequest>[]
        {
            _ => { },
            request => request.Prevent("Diga cuáles datos", On("2026-03-03")),
            request => request.Respond(ArcoOutcome.Granted, "Procede", On("2026-03-03")),
        })
        {
            var open = Received("2026-03-02");
            prepare(open);
            open.EndByErasure(cause, Day("2026-03-05")).IsRefused.ShouldBeFalse();
            (open.State, open.EndedBy, open.ClosedOn, open.Due).ShouldBe((ArcoState.WithoutMatter, cause, Day("2026-03-05"), null));
            open.EndByErasure(cause, Day("2026-03-05")).IsRefused.ShouldBeTrue("once");
        }

        var carriedOut = Received("2026-03-02", ArcoRight.Cancellation);
        carriedOut.Respond(ArcoOutcome.Granted, "Procede", On("2026-03-03"));
        carriedOut.EndByErasure(cause, Day("2026-03-05")).IsRefused.ShouldBeTrue();
        var partly = Received("2026-03-02", ArcoRight.Cancellation);
        partly.Respond(ArcoOutcome.Partly, "Procede en parte", On("2026-03-03"));
        partly.EndsByErasure.ShouldBeTrue("an erasure does more than was granted");
        var closed = Received("2026-03-02");
        closed.Withdraw(Day("2026-03-03"));
        closed.EndsByErasure.ShouldBeFalse();
    }

    private static ArcoRequest Received(string on, ArcoRight right = ArcoRight.Access) =>
        ArcoRequest.Receive(2026, 1, Guid.CreateVersion7(), null, right, "Quiero mis datos", Guid.CreateVersion7(), On(on), new DateTimeOffset(Day(on), new TimeOnly(18, 0), TimeSpan.Zero));

    private static ArcoClock On(string day) => new(Day(day), Calendar, Terms, Terms.WarnDays);

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
