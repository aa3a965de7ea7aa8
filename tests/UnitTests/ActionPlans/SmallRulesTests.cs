using Microsoft.Extensions.Configuration;
using OpenGov.ActionPlans;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.EvidenceFiles;
using OpenGov.ActionPlans.Exercises;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Plans;
using OpenGov.ActionPlans.Reference;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Files;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class SmallRulesTests
{
    [Fact]
    public void Dates_are_those_of_the_instance_s_time_zone()
    {
        string? state = null;
        var clock = new InstanceClock(TimeProvider.System, () => state);
        clock.DateOf(new DateTimeOffset(2021, 7, 1, 5, 59, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2021, 7, 1));
        clock.DateOf(new DateTimeOffset(2021, 7, 1, 4, 59, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2021, 6, 30));
        // Until the set-up the capital's; from then on the state's.
        state = "02";
        clock.DateOf(new DateTimeOffset(2026, 1, 2, 7, 59, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2026, 1, 1));
        clock.DateOf(new DateTimeOffset(2026, 7, 2, 7, 0, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2026, 7, 2), "summer time of the northern border");
    }

    /// <summary>Who asks for a day may hold a connection: where all are taken, one more that is waited for would never come.</summary>
    [Fact]
    public void Nobody_waits_for_the_database_to_say_once_more_in_which_state_the_days_begin()
    {
        var time = new MovedTime();
        using var answers = new SemaphoreSlim(1);
        var (asked, fails, state) = (0, false, "15");
        var clock = new InstanceClock(time, () =>
        {
            answers.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            Interlocked.Increment(ref asked);
            return fails ? throw new Npgsql.NpgsqlException("The connection pool has been exhausted") : state;
        });
        var night = new DateTimeOffset(2026, 1, 2, 7, 30, 0, TimeSpan.Zero);
        clock.DateOf(night).ShouldBe(new DateOnly(2026, 1, 2));

        // Nothing answers: what is known holds, and one asks for all.
        (state, time.Elapsed) = ("02", InstanceClock.AskedAgainAfter);
        Parallel.For(0, 200, _ => clock.DateOf(night).ShouldBe(new DateOnly(2026, 1, 2)));
        answers.Release();
        SpinWait.SpinUntil(() => clock.DateOf(night) == new DateOnly(2026, 1, 1), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        asked.ShouldBe(2);

        // It fails: the same, and it is asked once more after as long.
        (fails, time.Elapsed) = (true, 2 * InstanceClock.AskedAgainAfter);
        clock.DateOf(night).ShouldBe(new DateOnly(2026, 1, 1));
        answers.Release();
        SpinWait.SpinUntil(
            () =>
            {
                _ = clock.DateOf(night);
                return Volatile.Read(ref asked) == 3;
            },
            TimeSpan.FromSeconds(20)).ShouldBeTrue();
        (fails, state) = (false, "15");
        answers.Release();
        SpinWait.SpinUntil(
            () =>
            {
                time.Elapsed += InstanceClock.AskedAgainAfter;
                return clock.DateOf(night) == new DateOnly(2026, 1, 2);
            },
            TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }

    [Fact]
    public void SPEC_6_4_there_are_17_goals_and_169_targets()
    {
        SdgCatalogue.Goals.Count.ShouldBe(17);
        SdgCatalogue.Targets.Count.ShouldBe(169);
        SdgCatalogue.Find("11.b")!.Uri.ShouldBe("http://metadata.un.org/sdg/11.b");
        SdgCatalogue.Find("16")!.IsGoal.ShouldBeTrue();
        SdgCatalogue.Find("11.z").ShouldBeNull();
    }

    [Theory]
    [InlineData("Ayuntamiento de Nezahualcóyotl", "  ayuntamiento  de NEZAHUALCOYOTL ")]
    [InlineData("Andrómeda A.C.", "Andromeda, A. C.")]
    public void Names_are_compared_without_accents_capitals_and_punctuation(string one, string other) =>
        OrganisationNames.Normalise(other).ShouldBe(OrganisationNames.Normalise(one));

    [Fact]
    public void A_party_is_found_by_id_else_by_name_else_by_acronym_and_doubt_is_no_answer()
    {
        var (secogem, ieem, twin) = (Copy("Secretaría de la Contraloría", "SECOGEM"), Copy("Instituto Electoral", "IEEM"), Copy("Instituto Electoral", null));
        var directory = new OrganisationDirectory([secogem, ieem, twin]);
        directory.Find(new Party { Id = ieem.Id, Name = "Otro nombre" }).ShouldBe([ieem]);
        directory.Find(new Party { Name = "secretaria de la contraloria" }).ShouldBe([secogem]);
        directory.Find(new Party { Name = "IEEM" }).ShouldBe([ieem]);
        directory.Find(new Party { Name = "Nombre largo y nuevo", Acronym = "secogem" }).ShouldBe([secogem]);
        directory.Find(new Party { Name = "Instituto Electoral" }).Count.ShouldBe(2);
        directory.Find(new Party { Name = "Nadie" }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\minutas\\Minuta.pdf", "Minuta.pdf")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("a\"b.pdf", null)]
    [InlineData("a\nb.pdf", null)]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void File_names_keep_their_last_part_and_nothing_that_a_header_or_a_disk_misreads(string? name, string? clean) =>
        FileNames.Clean(name).ShouldBe(clean);

    [Theory]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("<html><script>alert(1)</script>", "text/plain")]
    [InlineData("a\0b", "application/octet-stream")]
    public void A_file_s_type_is_what_its_bytes_say(string start, string mediaType) =>
        MediaTypes.Of(System.Text.Encoding.UTF8.GetBytes(start)).ShouldBe(mediaType);

    [Theory]
    [InlineData("2019", false, "2019-01-01", "2019-12-31")]
    [InlineData("2012-02", false, "2012-02-01", "2012-02-29")]
    [InlineData("2012-02-29", true, "2012-02-29", "2012-02-29")]
    public void Partial_dates_stand_for_all_their_days(string text, bool wholeOnly, string first, string last)
    {
        PartialDate.TryRange(text, wholeOnly, out var from, out var to).ShouldBeTrue();
        (from.ToString("yyyy-MM-dd", null), to.ToString("yyyy-MM-dd", null)).ShouldBe((first, last));
    }

    [Theory]
    [InlineData("2019", true)]
    [InlineData("2013-02-29", false)]
    public void A_date_that_does_not_exist_or_is_not_whole_is_refused(string text, bool wholeOnly) =>
        PartialDate.TryRange(text, wholeOnly, out _, out _).ShouldBeFalse();

    [Fact]
    public void SPEC_2_2_a_published_plan_is_implemented_from_its_start_date()
    {
        var exercise = Exercise.Open("Ejercicio", "15", new DateOnly(2020, 1, 1));
        exercise.StageOn(new DateOnly(2021, 1, 1), null, false, false).ShouldBe(ExerciseStage.Preparation);
        exercise.StageOn(new DateOnly(2021, 1, 1), null, isDeclared: false, hasCall: true).ShouldBe(ExerciseStage.Preparation, "SPEC §2.2: S2 is entered from S1");
        exercise.StageOn(new DateOnly(2021, 1, 1), null, isDeclared: true, hasCall: false).ShouldBe(ExerciseStage.Declared);
        exercise.StageOn(new DateOnly(2021, 1, 1), null, isDeclared: true, hasCall: true).ShouldBe(ExerciseStage.Awareness);
        var own = new OwnSecretariat(Guid.CreateVersion7(), new DateOnly(2020, 12, 1), new DateOnly(2020, 12, 1), IsSuspended: false);
        exercise.StageOn(new DateOnly(2021, 1, 1), null, isDeclared: false, hasCall: false, own).ShouldBe(ExerciseStage.StlInstalled);
        exercise.StageOn(new DateOnly(2021, 1, 1), null, isDeclared: true, hasCall: true, own with { IsSuspended = true }).ShouldBe(ExerciseStage.Suspended);
        exercise.PlanPublished();
        exercise.StageOn(new DateOnly(2020, 12, 31), new DateOnly(2021, 1, 1), true, true).ShouldBe(ExerciseStage.PlanPublished);
        exercise.StageOn(new DateOnly(2021, 1, 1), new DateOnly(2021, 1, 1), false, false).ShouldBe(ExerciseStage.Implementation);
    }

    [Fact]
    public void SPEC_2_9_identifiers_name_state_plan_and_commitment() =>
        PlanDraft.IdentifierOfCommitment(PlanDraft.IdentifierOf("MX-MEX", 1), 3).ShouldBe("MX-MEX-PAL01-C03");

    private static OrganisationCopy Copy(string name, string? acronym) => new(Guid.CreateVersion7(), name, acronym, OrganisationKind.Executive);
}
