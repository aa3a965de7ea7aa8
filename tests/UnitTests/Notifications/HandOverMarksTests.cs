using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Notifications;

public sealed class HandOverMarksTests : IDisposable
{
    private const int SenderOfTheMail = 3;

    private readonly string folder = Directory.CreateTempSubdirectory("opengov-marks-").FullName;
    private readonly HandOverMarks reader;

    public HandOverMarksTests() => reader = New();

    public void Dispose()
    {
        reader.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Of_a_process_that_lives_nothing_is_known()
    {
        using var living = New();
        var mail = Mail();
        living.Mark(SenderOfTheMail, mail);
        Find(living, mail).ShouldBe(HandOver.Unknown);
        Find(reader, mail).ShouldBe(HandOver.Unknown, "one's own");
    }

    [Fact]
    public void A_mail_that_was_marked_may_be_sent_and_one_that_was_not_is_not()
    {
        var (marked, other) = (Mail(), Mail());
        var gone = Marked(marked);
        Find(gone, marked).ShouldBe(HandOver.MaybeSent);
        Find(gone, other).ShouldBe(HandOver.NotSent);
        // The same mail under another lease was not this attempt.
        reader.Find(gone.Worker, other.Lease, marked.Id).ShouldBe(HandOver.NotSent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void Each_sender_has_a_place_of_its_own(int sender)
    {
        var (first, second) = (Mail(), Mail());
        var gone = New();
        gone.Mark(sender, first);
        gone.Mark(31, second);
        gone.Dispose();
        Find(gone, first).ShouldBe(HandOver.MaybeSent);
        Find(gone, second).ShouldBe(HandOver.MaybeSent);
    }

    [Fact]
    public void Where_the_file_is_gone_or_cut_off_nothing_is_known()
    {
        var mail = Mail();
        var gone = Marked(mail);
        using (var file = File.OpenWrite(FileOf(gone)))
            file.SetLength(100);
        Find(gone, mail).ShouldBe(HandOver.Unknown);
        File.Delete(FileOf(gone));
        Find(gone, mail).ShouldBe(HandOver.Unknown);
    }

    /// <summary>A power cut may have taken the marks that were made last, so that a missing one proves nothing.</summary>
    [Theory]
    [InlineData("7d1c7a52-6a0e-4d67-8a3b-0a1b2c3d4e5f")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void What_an_earlier_run_of_the_machine_left_may_be_sent(string run)
    {
        var gone = Marked(Mail());
        using (var file = File.OpenWrite(FileOf(gone)))
            file.Write(Guid.Parse(run).ToByteArray());
        Find(gone, Mail()).ShouldBe(HandOver.MaybeSent);
    }

    [Fact]
    public void Where_no_marks_can_be_kept_there_is_no_file_that_says_that_nothing_was_sent()
    {
        var file = Path.Combine(folder, "no-folder");
        File.WriteAllText(file, "");
        using var without = New(file);
        without.Mark(SenderOfTheMail, Mail());
        reader.Find(without.Worker, Guid.CreateVersion7(), Guid.CreateVersion7()).ShouldBe(HandOver.Unknown);
    }

    private static ClaimedDelivery Mail() => new(
        Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, 0, DateTimeOffset.UnixEpoch, null,
        new Letter(Guid.CreateVersion7(), DeliveryKind.Confirmation, Guid.Empty, EmailAddress.Parse("ana@ejemplo.mx", "to").Value, "es", "", "", null, null));

    private HandOverMarks New(string? at = null) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("Notifications:Marks", at ?? folder)]).Build(), new ShiftedClock(), NullLogger<HandOverMarks>.Instance);

    /// <summary>The file of a process that is gone, as the kernel keeps it.</summary>
    private HandOverMarks Marked(ClaimedDelivery mail)
    {
        var marks = New();
        marks.Mark(SenderOfTheMail, mail);
        marks.Dispose();
        return marks;
    }

    private string FileOf(HandOverMarks marks) => Path.Combine(folder, marks.Worker.ToString("N"));

    private HandOver Find(HandOverMarks of, ClaimedDelivery mail) => reader.Find(of.Worker, mail.Lease, mail.Id);
}
