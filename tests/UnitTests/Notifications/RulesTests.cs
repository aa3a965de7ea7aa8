using System.Globalization;
using System.Text.RegularExpressions;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Subscriptions;

namespace OpenGov.UnitTests.Notifications;

public sealed partial class RulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_ladder_has_six_steps_and_an_end()
    {
        Enumerable.Range(1, 7).Select(attempt => RetryLadder.After(attempt)?.TotalMinutes).ShouldBe([1, 5, 30, 120, 360, 1440, null]);
    }

    [Fact]
    public void A_mail_that_must_not_fail_waits_by_the_ladder_and_never_comes_to_its_end()
    {
        var (attempts, waits) = (0, new List<double>());
        for (var time = 1; time <= 7; time++)
        {
            (attempts, var wait) = RetryLadder.WithoutEnd(attempts);
            waits.Add(wait.TotalMinutes);
        }

        waits.ShouldBe([1, 5, 30, 120, 360, 360, 360]);
        RetryLadder.After(attempts + 1).ShouldNotBeNull("a refusal of the mail itself is not its last");
        RetryLadder.WithoutEnd(6).Attempts.ShouldBe(6);
    }

    [Theory]
    [InlineData("550 5.1.1 <ana.perez@ejemplo.mx>: no such user", "550 5.1.1 <a***@ejemplo.mx>: no such user")]
    [InlineData("550 ana@ejemplo.mx, eva+1@otro.example rejected", "550 a***@ejemplo.mx, e***@otro.example rejected")]
    [InlineData("451 try again later", "451 try again later")]
    public void What_a_server_answered_is_shown_without_the_address_that_it_repeats(string answer, string shown) =>
        ListDeliveries.WithoutAddresses(answer).ShouldBe(shown);

    [Fact]
    public void A_pending_subscription_is_confirmed_within_seven_days_and_once()
    {
        var subscription = Subscription.Request(Guid.NewGuid(), [1], [2], "es", Now);
        subscription.Confirm(Now.AddDays(7)).ShouldBeTrue();
        subscription.Confirm(Now.AddDays(70)).ShouldBeTrue();
        subscription.ConfirmedAt.ShouldBe(Now.AddDays(7));
        Subscription.Request(Guid.NewGuid(), [1], [2], "es", Now).Confirm(Now.AddDays(7).AddSeconds(1)).ShouldBeFalse();
    }

    [Fact]
    public void Unsubscribing_forgets_the_address_and_its_hash_and_cannot_be_undone()
    {
        var subscription = Subscription.Request(Guid.NewGuid(), [1], [2], "es", Now);
        subscription.Confirm(Now);
        subscription.Unsubscribe(Now.AddHours(1));
        subscription.Unsubscribe(Now.AddHours(2));
        subscription.AddressSealed.ShouldBeNull();
        subscription.AddressHash.ShouldBeNull();
        subscription.EndedAt.ShouldBe(Now.AddHours(1));
        subscription.Confirm(Now.AddHours(3)).ShouldBeFalse();
        subscription.State.ShouldBe(SubscriptionState.Unsubscribed);
    }

    [Fact]
    public void One_mail_for_each_commitment_in_ten_minutes_and_ten_in_a_day()
    {
        var commitment = Guid.NewGuid();
        SolicitedMail Mail(Guid about, TimeSpan ago) => new() { AddressHash = [], CommitmentId = about, At = Now - ago };

        MailAllowance.Permits([], commitment, Now).ShouldBeTrue();
        MailAllowance.Permits([Mail(commitment, TimeSpan.FromMinutes(9))], commitment, Now).ShouldBeFalse();
        MailAllowance.Permits([Mail(Guid.NewGuid(), TimeSpan.FromMinutes(9))], commitment, Now).ShouldBeTrue();
        MailAllowance.Permits([Mail(commitment, TimeSpan.FromMinutes(10))], commitment, Now).ShouldBeTrue();
        var nine = Enumerable.Range(0, 9).Select(_ => Mail(Guid.NewGuid(), TimeSpan.FromHours(1))).ToArray();
        MailAllowance.Permits(nine, commitment, Now).ShouldBeTrue();
        MailAllowance.Permits([.. nine, Mail(Guid.NewGuid(), TimeSpan.FromHours(1))], commitment, Now).ShouldBeFalse();
        MailAllowance.Permits([.. nine, Mail(Guid.NewGuid(), TimeSpan.FromHours(25))], commitment, Now).ShouldBeTrue();
    }

    [Fact]
    public void Only_mails_without_an_arrival_are_sent_again()
    {
        var waiting = Delivery.Solicited(DeliveryKind.Confirmation, Guid.NewGuid(), [1], Now, null);
        waiting.Retry(Now.AddHours(1)).IsRefused.ShouldBeFalse();
        waiting.DueAt.ShouldBe(Now.AddHours(1));
    }

    [Theory]
    [InlineData("200", "7", "28.6")]
    [InlineData("0", "1", "0.0")]
    [InlineData("100", "1", "100.0")]
    [InlineData("400", "62", "6.5")]
    [InlineData("100", "62", "1.6")]
    [InlineData("300", "62", "4.8")]
    [InlineData("3800", "41", "92.7")]
    [InlineData("1", "20", "0.1")]
    [InlineData("100000000000000000000000000000000000000", "3000000000000000000000000000000000000", "33.3")]
    public void Percentages_have_one_decimal_half_away_from_zero(string numerator, string denominator, string expected) =>
        Percent.Text(new ExactFraction(numerator, denominator), CultureInfo.InvariantCulture).ShouldBe(expected);

    [Fact]
    public void Every_text_exists_in_Spanish_and_in_English_with_the_same_places()
    {
        var messages = typeof(OpenGov.Notifications.NotificationsDb).Assembly.GetType("OpenGov.Notifications.Messages")!;
        var resources = (System.Resources.ResourceManager)messages.GetField("Resources")!.GetValue(null)!;
        var spanish = resources.GetResourceSet(CultureInfo.InvariantCulture, true, false)!.Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
        var english = resources.GetResourceSet(CultureInfo.GetCultureInfo("en"), true, false)!.Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
        english.Keys.Order(StringComparer.Ordinal).ShouldBe(spanish.Keys.Order(StringComparer.Ordinal));
        foreach (var (code, text) in spanish)
            Places(english[code]).ShouldBe(Places(text), code);

        foreach (var kind in Enum.GetNames<DeliveryKind>().Except([nameof(DeliveryKind.Personal)]).Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName))
        {
            spanish.ShouldContainKey($"mail_{kind}_subject");
            spanish.ShouldContainKey($"mail_{kind}_intro");
        }

        foreach (var kind in typeof(PersonalMailKinds).GetFields().Select(field => (string)field.GetValue(null)!))
        {
            spanish.ShouldContainKey($"mail_personal_{kind}_subject");
            spanish.ShouldContainKey($"mail_personal_{kind}_intro");
            spanish.ShouldContainKey($"mail_personal_{kind}_why");
        }

        foreach (var status in Enum.GetNames<ActivityStatus>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName))
            spanish.ShouldContainKey($"status_{status}");
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Groups["place"].Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{(?<place>\d)[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
