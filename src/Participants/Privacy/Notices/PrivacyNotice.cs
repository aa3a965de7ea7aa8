using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Notices;

/// <summary>A transfer of personal data that may be made: to whom, for what, and whether the person must consent to it.</summary>
public sealed record NoticeTransfer(string Recipient, string Purpose, bool NeedsConsent);

/// <summary>
/// The text of a notice in one language (SPEC §4.3). The first six members are the simplified notice, all together the integral
/// one; where the integral one can be read is its address in the portal, which no text has to repeat.
/// </summary>
/// <param name="Purposes">That the registration cannot do without.</param>
/// <param name="PurposesWithConsent">That a person may refuse and still take part.</param>
/// <param name="MeansToRefuse">How to refuse before the data are used for the purposes and transfers that need consent.</param>
/// <param name="ArcoMeans">How to exercise access, rectification, cancellation, objection and portability.</param>
/// <param name="Changes">How changes to the notice are announced.</param>
/// <param name="CarriedFrom">The version for which a translation was written, where the Spanish text changed after it. Set by the service.</param>
public sealed record NoticeText(
    string? ResponsibleName,
    string? ResponsibleAddress,
    IReadOnlyList<string>? Purposes,
    IReadOnlyList<string>? PurposesWithConsent,
    IReadOnlyList<NoticeTransfer>? Transfers,
    string? MeansToRefuse,
    string? PersonalData,
    string? SensitiveData,
    string? LegalBasis,
    string? ArcoMeans,
    string? TransparencyUnit,
    string? Changes,
    int? CarriedFrom = null);

/// <summary>
/// One version of the privacy notice. What was shown to somebody stays as it was: versions are only added, and the one in force is
/// the latest whose moment has come.
/// </summary>
public sealed class PrivacyNotice : AggregateRoot
{
    public const string Spanish = "es";
    private const int MaxItems = 30;
    private const int MaxItem = 500;
    private const int MaxText = 4000;
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(366);

    private PrivacyNotice()
    {
    }

    /// <summary>1, 2, 3 …: how people cite it.</summary>
    public int Number { get; private init; }

    public DateTimeOffset InForceFrom { get; private init; }

    /// <summary>By BCP 47 primary language; Spanish always.</summary>
    public IReadOnlyDictionary<string, NoticeText> Texts { get; private init; } = new Dictionary<string, NoticeText>(StringComparer.Ordinal);

    public DateTimeOffset PublishedAt { get; private init; }

    /// <param name="inForceFrom">Now where it is missing; never earlier, so that nobody was shown another text than the record says.</param>
    /// <param name="latest">The version published last.</param>
    /// <param name="carryOver">Languages of the latest version that are not given stay as they are there.</param>
    public static Result<PrivacyNotice> Publish(
        IReadOnlyDictionary<string, NoticeText>? texts, DateTimeOffset? inForceFrom, PrivacyNotice? latest, bool carryOver, DateTimeOffset now)
    {
        // A text may be carried over more than once; a translation is of the Spanish text beside which it was written.
        var carried = carryOver && latest is not null && texts is { Count: > 0 }
            ? latest.Texts.Where(pair => !texts.ContainsKey(pair.Key)).ToDictionary(
                pair => pair.Key,
                pair => pair.Key != Spanish && texts.ContainsKey(Spanish) ? pair.Value with { CarriedFrom = pair.Value.CarriedFrom ?? latest.Number } : pair.Value,
                StringComparer.Ordinal)
            : [];
        var fields = new Fields();
        var begins = inForceFrom ?? now;
        if (begins < now)
            fields.Refuse(Refusal.Rule("notice_retroactive", "inForceOn"));
        else if (begins > now + Furthest)
            fields.Refuse(Refusal.Rule("notice_too_far", "inForceOn"));
        else if (latest is not null && begins <= latest.InForceFrom)
            fields.Refuse(Refusal.Conflict("notice_before_latest") with { Field = "inForceOn" });
        var read = Read(fields, texts, carried);
        return fields.AreRefused
            ? Result<PrivacyNotice>.From(fields.Refusals)
            : new PrivacyNotice { Id = Guid.CreateVersion7(), Number = (latest?.Number ?? 0) + 1, InForceFrom = begins, Texts = read, PublishedAt = now };
    }

    /// <summary>The text in the language, or the Spanish one: what is not translated is shown in Spanish, and says so.</summary>
    public (string Language, NoticeText Text) In(string language) =>
        Texts.TryGetValue(language, out var text) ? (language, text) : (Spanish, Texts[Spanish]);

    public PrivacyNoticePublishedV1 PublishedFact() => new(Id, Touch(), Number, InForceFrom);

    /// <param name="carried">As an earlier version has them: read when that was published.</param>
    private static Dictionary<string, NoticeText> Read(Fields fields, IReadOnlyDictionary<string, NoticeText>? texts, Dictionary<string, NoticeText> carried)
    {
        var read = new Dictionary<string, NoticeText>(carried, StringComparer.Ordinal);
        if (texts is null || !(texts.ContainsKey(Spanish) || carried.ContainsKey(Spanish)))
            fields.Refuse(Refusal.Invalid("/texts/es", "field_required"));
        else if (texts.Count + carried.Count > 20 || texts.Keys.Any(language => language.Length is < 2 or > 3 || !language.All(char.IsAsciiLetterLower)))
            fields.Refuse(Refusal.Invalid("texts", "language_tag_invalid"));
        foreach (var (language, text) in texts ?? new Dictionary<string, NoticeText>())
        {
            if (text is null)
                fields.Refuse(Refusal.Invalid($"/texts/{language}", "field_required"));
            else
                read[language] = Read(fields, $"/texts/{language}", text);
        }

        return read;
    }

    private static NoticeText Read(Fields fields, string at, NoticeText given)
    {
        return new NoticeText(
            fields.Text($"{at}/responsibleName", given.ResponsibleName, 2, 200),
            fields.Text($"{at}/responsibleAddress", given.ResponsibleAddress, 5, MaxItem),
            Items("purposes", given.Purposes, atLeast: 1),
            Items("purposesWithConsent", given.PurposesWithConsent, atLeast: 0),
            Transfers(),
            Paragraph("meansToRefuse", given.MeansToRefuse),
            Paragraph("personalData", given.PersonalData),
            Paragraph("sensitiveData", given.SensitiveData),
            Paragraph("legalBasis", given.LegalBasis),
            Paragraph("arcoMeans", given.ArcoMeans),
            Paragraph("transparencyUnit", given.TransparencyUnit),
            Paragraph("changes", given.Changes));

        string Paragraph(string name, string? text) => fields.Text($"{at}/{name}", text, 5, MaxText);

        List<string> Items(string name, IReadOnlyList<string>? items, int atLeast)
        {
            if ((items?.Count ?? 0) < atLeast)
                fields.Refuse(Refusal.Invalid($"{at}/{name}", "field_required"));
            if (items?.Count > MaxItems)
                fields.Refuse(Refusal.Invalid($"{at}/{name}", "items_too_many", MaxItems));
            return [.. (items ?? []).Take(MaxItems).Select(item => fields.Text($"{at}/{name}", item, 3, MaxItem))];
        }

        List<NoticeTransfer> Transfers()
        {
            if (given.Transfers?.Count > MaxItems)
                fields.Refuse(Refusal.Invalid($"{at}/transfers", "items_too_many", MaxItems));
            return [.. (given.Transfers ?? []).Take(MaxItems).Select(transfer => new NoticeTransfer(
                fields.Text($"{at}/transfers", transfer?.Recipient, 2, MaxItem), fields.Text($"{at}/transfers", transfer?.Purpose, 3, MaxItem), transfer?.NeedsConsent ?? false))];
        }
    }
}
