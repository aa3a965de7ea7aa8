using FsCheck;
using FsCheck.Fluent;
using OpenGov.Participants.Staffing;

namespace OpenGov.UnitTests.Participants;

public sealed class TermTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Term> Terms =
        from start in Gen.Choose(-20, 20)
        from length in Gen.Choose(0, 20)
        from ended in Gen.Choose(-25, 45)
        select new Term(Now.AddDays(start), length == 0 ? null : Now.AddDays(start + length), ended > 25 ? null : Now.AddDays(ended));

    [Fact]
    public void Two_terms_overlap_exactly_when_some_moment_is_in_both() => Prop.ForAll(
        (from one in Terms from other in Terms select (one, other)).ToArbitrary(),
        pair => pair.one.Overlaps(pair.other) == Enumerable.Range(-60, 160).Any(day => pair.one.IsInForce(Now.AddDays(day)) && pair.other.IsInForce(Now.AddDays(day))))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void An_ended_term_is_never_in_force_afterwards() => Prop.ForAll(Terms.ToArbitrary(), term =>
    {
        var ended = term.Ended(Now);
        var after = ended.IsRefused ? term : ended.Value;
        return Enumerable.Range(0, 100).All(day => !after.IsInForce(Now.AddDays(day))) && ended.IsRefused == term.IsOver(Now);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_begins_now_unless_it_says_otherwise_and_is_over_at_its_end()
    {
        var term = Term.Plan(null, Now.AddDays(1), Now).Value;
        term.IsInForce(Now).ShouldBeTrue();
        term.IsInForce(Now.AddTicks(-1)).ShouldBeFalse();
        term.IsInForce(Now.AddDays(1)).ShouldBeFalse();
    }

    [Fact]
    public void Offsets_do_not_matter() =>
        Term.Plan(new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.FromHours(-6)), null, Now).Value.ShouldBe(new Term(Now, null));

    [Theory]
    [InlineData(1, 0, "until_before_from")]
    [InlineData(1, 1, "until_before_from")]
    [InlineData(-2, -1, "until_in_past")]
    [InlineData(-2, 0, "until_in_past")]
    public void A_term_that_authorises_nobody_is_refused(int from, int until, string code) =>
        Term.Plan(Now.AddDays(from), Now.AddDays(until), Now).Refusals.Single().Code.ShouldBe(code);
}
