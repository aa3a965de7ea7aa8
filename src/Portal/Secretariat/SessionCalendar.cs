using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Secretariat;

/// <summary>Sessions for people's own calendars (RFC 5545): one, or all of a secretariat as a calendar to subscribe to.</summary>
internal static class SessionCalendar
{
    public const string MediaType = "text/calendar; charset=utf-8";

    /// <summary>Octets of a line (RFC 5545 §3.1), without its end.</summary>
    private const int LineOctets = 75;

    /// <summary>
    /// A convocation says when a session begins, not when it ends, and calendars draw what has no end as a line: two hours until the
    /// true end is known.
    /// </summary>
    private const string Expected = "PT2H";

    public static async Task<IResult> OneAsync(HttpContext http, SecretariatClient secretariats, Visit visit, Guid id)
    {
        var answer = await secretariats.SessionAsync(id);
        return answer is { Ok: true, Value: { } session } ? Send(http, Write(null, [EventOf(session, visit.Instance?.PublicAddress)]), $"sesion-{session.Number}.ics") : Pages.For(http, answer);
    }

    /// <summary>The latest two hundred, as many as a page of the service has: four years of a session each week.</summary>
    public static async Task<IResult> AllAsync(HttpContext http, SecretariatClient secretariats, Visit visit, Guid? secretariado)
    {
        var all = await secretariats.SecretariatsAsync();
        if (all is not { Ok: true, Value.Items: { } items })
            return Pages.For(http, all);
        if ((secretariado is null ? (items.Count == 0 ? null : items[0]) : items.FirstOrDefault(one => one.Id == secretariado)) is not { } secretariat)
            return Pages.NotFound(http);
        var answer = await secretariats.AllSessionsAsync(secretariat.Id);
        return answer is { Ok: true, Value.Items: { } sessions }
            ? Send(http, Write(Text.T("secretariat.calendarName", secretariat.Name), sessions.Select(session => EventOf(session, secretariat.Name, visit.Instance?.PublicAddress))), "sesiones.ics")
            : Pages.For(http, answer);
    }

    internal static CalendarEvent EventOf(SessionView session, string? origin) => new(
        session.Id, Summary(session.Kind, session.Number, session.SecretariatName), session.State, session.StartsAt, session.ClosedAt, session.ConvenedAt, session.Place,
        string.Join('\n', (string?[])[
            .. session.Agenda.Where(item => item.Notified).Select(item => $"{item.Number}. {item.Title}"),
            Text.T("secretariat.secondCall") + ": " + Format.Moment(session.SecondCallAt),
            session.Link is { } link ? $"{Text.T("secretariat.link")}: {link}" : null,
            session.CancelReason is { } reason ? $"{Text.T("secretariat.cancelReason")}: {reason}" : null,
        ]).TrimEnd('\n'),
        AddressOf(session.Id, origin));

    internal static CalendarEvent EventOf(SessionLine session, string secretariat, string? origin) => new(
        session.Id, Summary(session.Kind, session.Number, secretariat), session.State, session.StartsAt, session.ClosedAt, session.ConvenedAt, session.Place, null, AddressOf(session.Id, origin));

    /// <param name="name">Of a calendar to subscribe to; null for a single session.</param>
    internal static string Write(string? name, IEnumerable<CalendarEvent> events)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//OpenGovAspire//Sessions//ES");
        Line("METHOD:PUBLISH");
        if (name is not null)
        {
            Line("NAME:" + Escaped(name));
            Line("X-WR-CALNAME:" + Escaped(name));
            // Asked for again after an hour (RFC 7986 §5.7): notice of an extraordinary session is two days.
            Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
            Line("X-PUBLISHED-TTL:PT1H");
        }

        foreach (var one in events)
        {
            var isCancelled = one.State == "CANCELLED";
            Line("BEGIN:VEVENT");
            Line($"UID:{one.Id}");
            Line("DTSTAMP:" + Utc(one.EndedAt ?? one.ConvenedAt));
            // What a calendar must take over in the place of what it has: the convocation, its cancellation, the true end.
            Line("SEQUENCE:" + (isCancelled || one.EndedAt is not null ? 1 : 0).ToString(CultureInfo.InvariantCulture));
            Line("STATUS:" + (isCancelled ? "CANCELLED" : "CONFIRMED"));
            Line("DTSTART:" + Utc(one.StartsAt));
            Line(one.EndedAt is { } end && end > one.StartsAt ? "DTEND:" + Utc(end) : "DURATION:" + Expected);
            Line("SUMMARY:" + Escaped(one.Summary));
            Line("LOCATION:" + Escaped(one.Place));
            if (!string.IsNullOrEmpty(one.Description))
                Line("DESCRIPTION:" + Escaped(one.Description));
            if (one.Address is not null)
                Line("URL:" + one.Address);
            Line("END:VEVENT");
        }

        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string content)
        {
            var octets = 0;
            foreach (var rune in content.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > LineOctets)
                {
                    // The space counts in the next line.
                    text.Append("\r\n ");
                    octets = 1;
                }

                text.Append(rune.ToString());
                octets += rune.Utf8SequenceLength;
            }

            text.Append("\r\n");
        }
    }

    private static ContentHttpResult Send(HttpContext http, string calendar, string name)
    {
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{name}\"";
        return TypedResults.Text(calendar, MediaType);
    }

    private static string Summary(string kind, int number, string secretariat) => Text.T("secretariat.sessionTitle", Text.Code("stlkind", kind), number) + " · " + secretariat;

    private static string? AddressOf(Guid session, string? origin) => string.IsNullOrEmpty(origin) ? null : $"{origin.TrimEnd('/')}/sesiones/{session}";

    private static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .ReplaceLineEndings("\\n");
}

/// <param name="Address">Of its page; null where the instance does not know its own.</param>
internal sealed record CalendarEvent(
    Guid Id, string Summary, string State, DateTimeOffset StartsAt, DateTimeOffset? EndedAt, DateTimeOffset ConvenedAt, string Place, string? Description, string? Address);
