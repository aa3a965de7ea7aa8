using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>Terms are counted by the calendar of each day, and are those of the day on which something began, whatever is adopted later.</summary>
public sealed class TermsOfTheirDayTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_term_that_ends_under_an_adopted_later_version_is_counted_by_its_calendar()
    {
        var administrator = await service.ConfiguredAsync();
        var (now, later) = (await HolidaysAsync(), Today.AddDays(10));
        // From the day of the next version the office is closed for two weeks.
        DateOnly[] closed = [.. Enumerable.Range(0, 14).Select(later.AddDays)];
        await AdoptAsync(administrator, later, new { }, [.. now.Union(closed)]);
        var person = await service.PersonAsync();
        var request = await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Quiero mis datos");
        var expected = BusinessCalendar.Of([new CalendarVersion(DateOnly.MinValue, now), new CalendarVersion(later, [.. now.Union(closed)])]).Add(Today, 20);
        Day(request, "answerDue").ShouldBe(expected);
        expected.ShouldBeGreaterThan(new BusinessCalendar(now).Add(Today, 20), "the test would say nothing");
        Day(await ArcoTests.ActAsync(administrator, request.GetProperty("id").GetGuid(), "prevention", new { text = "Diga cuáles datos" }), "completionDue")
            .ShouldBe(BusinessCalendar.Of([new CalendarVersion(DateOnly.MinValue, now), new CalendarVersion(later, [.. now.Union(closed)])]).Add(Today, 10));
    }

    [Fact]
    public async Task Terms_of_a_request_are_those_in_force_when_it_was_received()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var before = (await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Antes de la reforma")).GetProperty("id").GetGuid();
        var holidays = await HolidaysAsync();
        // Today's version comes after the request of today.
        service.Clock.Advance(TimeSpan.FromSeconds(2));
        await AdoptAsync(administrator, Today, new { privacy = new { answerDays = 10, extensionDays = 2, preventionDays = 1, completionDays = 3, effectiveDays = 4, reviewDays = 5 } }, holidays);
        var after = await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Después de la reforma");
        var (later, calendar) = (after.GetProperty("id").GetGuid(), new BusinessCalendar(holidays));
        Day(after, "answerDue").ShouldBe(calendar.Add(Today, 10));
        await (await ArcoTests.TryAsync(administrator, later, "extension", new { reason = "Hay que buscar", days = 10 })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "number_out_of_range");
        Day(await ArcoTests.ActAsync(administrator, before, "extension", new { reason = "Hay que buscar", days = 10 }), "answerDue").ShouldBe(calendar.Add(calendar.Add(Today, 20), 10));
        Day(await ArcoTests.ActAsync(administrator, before, "prevention", new { text = "Diga cuáles datos" }), "completionDue").ShouldBe(calendar.Add(Today, 10));
        Day(await ArcoTests.ActAsync(administrator, later, "prevention", new { text = "Diga cuáles datos" }), "completionDue").ShouldBe(calendar.Add(Today, 3));
        var completed = await ArcoTests.ActAsync(person.Client, before, "completion", new { text = "Los del registro" }, own: true);
        Day(completed, "answerDue").ShouldBe(calendar.Add(calendar.Add(Today, 20), 10), "anew, and extended as before");
        Day(await ArcoTests.ActAsync(administrator, before, "answer", new { outcome = "GRANTED", text = "Procede" }), "effectiveDue").ShouldBe(calendar.Add(Today, 15));
    }

    [Fact]
    public async Task The_time_to_tell_of_a_breach_is_that_in_force_when_it_became_known()
    {
        var administrator = await service.ConfiguredAsync();
        var known = (await (await administrator.PostAsJsonAsync($"{Api}/breaches", Breach())).JsonAsync()).GetProperty("id").GetGuid();
        service.Clock.Advance(TimeSpan.FromMinutes(2));
        await AdoptAsync(administrator, Today, new { privacy = new { breachNoticeHours = 24 } }, await HolidaysAsync());
        (await HoursAsync(await (await administrator.GetAsync($"{Api}/breaches/{known}")).JsonAsync())).ShouldBe(72);
        // When it became known is said to the minute.
        service.Clock.Advance(TimeSpan.FromMinutes(2));
        var next = await (await administrator.PostAsJsonAsync($"{Api}/breaches", Breach())).JsonAsync();
        (await HoursAsync(next)).ShouldBe(24);
        var both = (await (await administrator.GetAsync($"{Api}/breaches")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        (await Task.WhenAll(both.Select(HoursAsync))).ShouldBe([24, 72]);

        static object Breach() => new { occurredOn = "2026-01-15", what = "Se envió una lista a un tercero", dataKinds = "Nombres y correos", peopleAffected = 12, measures = "Se pidió borrar la lista" };
        static Task<double> HoursAsync(JsonElement breach) =>
            Task.FromResult((breach.GetProperty("notifyBy").GetDateTimeOffset() - breach.GetProperty("knownAt").GetDateTimeOffset()).TotalHours);
    }

    [Fact]
    public async Task Administrators_are_told_once_when_terms_run_into_a_year_without_holidays_and_again_only_after_it_was_there()
    {
        var administrator = await service.ConfiguredAsync();
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldBeEmpty("the first version has this year and the next");
        var year = Today.AddDays(9).Year;
        // A version in which only a year long past has a holiday, from the ninth day on.
        var wrong = await AdoptAsync(administrator, Today.AddDays(9), new { }, [new DateOnly(2020, 1, 1)]);
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await ToldAsync()).ShouldContain(year.ToString(CultureInfo.InvariantCulture));
        (await ToldAsync()).ShouldBeUnique();
        var told = (await ToldAsync()).Count;
        (await administrator.PostAsJsonAsync($"{Api}/legal-profiles/{wrong}/withdrawal", new { reason = "Faltaban los días inhábiles" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from calendar_notice")).ShouldBe(0);
        await AdoptAsync(administrator, Today.AddDays(9), new { }, [new DateOnly(2020, 1, 1)]);
        await service.HousekeepAsync();
        (await ToldAsync()).Count.ShouldBe(2 * told);

        async Task<List<string>> ToldAsync() => [.. (await service.MailsToAsync("titular@garante.example")).Where(mail => mail.Kind == "calendar_missing").Select(mail => mail.Values![0])];
    }

    private static Task<HttpResponseMessage> TryAdoptAsync(HttpClient client, DateOnly validFrom, object parameters, IReadOnlyList<DateOnly> holidays) =>
        client.PostAsJsonAsync($"{Api}/legal-profiles", new { validFrom, parameters, holidays, reason = "Prueba de los plazos" });

    private static async Task<Guid> AdoptAsync(HttpClient client, DateOnly validFrom, object parameters, IReadOnlyList<DateOnly> holidays)
    {
        var answer = await TryAdoptAsync(client, validFrom, parameters, holidays);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }

    private async Task<IReadOnlyList<DateOnly>> HolidaysAsync() =>
        [.. (await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).JsonAsync()).GetProperty("holidays").EnumerateArray().Select(day => DateOnly.Parse(day.GetString()!, CultureInfo.InvariantCulture))];

    private static DateOnly Day(JsonElement view, string name) => DateOnly.Parse(view.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
