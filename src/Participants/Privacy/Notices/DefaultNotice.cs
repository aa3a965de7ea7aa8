using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Participants.Instances;

namespace OpenGov.Participants.Privacy.Notices;

/// <summary>
/// The notice that an instance starts with: true of this software as it stands, so that the first registration has something to
/// rest on. What only the institution knows (its postal address, its own articles) the text says where to ask for.
/// </summary>
public static class DefaultNotice
{
    private static readonly Lazy<string> Template = new(ReadTemplate);

    /// <summary>Adds the first notice to the running unit of work, where the instance is configured and there is none.</summary>
    public static async Task EnsureAsync(ParticipantsDb db, Instance instance, string guarantor, Guid? by, CancellationToken cancellationToken)
    {
        if (await db.PrivacyNotices.AnyAsync(cancellationToken))
            return;
        var texts = Texts(guarantor, instance.Address);
        var published = PrivacyNotice.Publish(texts, inForceFrom: null, latest: null, carryOver: false, db.Now);
        if (published.IsRefused)
            throw new InvalidOperationException($"The notice that the software ships is refused: {published.Refusals[0].Code} {published.Refusals[0].Field}.");
        db.Add(published.Value);
        db.Record(published.Value.PublishedFact());
        db.Audit(by, "privacy_notice_published", "privacy_notice", published.Value.Id, after: NoticeAudit.Of(published.Value));
    }

    internal static IReadOnlyDictionary<string, NoticeText> Texts(string guarantor, string address) =>
        JsonSerializer.Deserialize<Dictionary<string, NoticeText>>(
            Template.Value
                .Replace("{responsible}", JsonEncodedText.Encode(guarantor).ToString(), StringComparison.Ordinal)
                .Replace("{address}", JsonEncodedText.Encode(address).ToString(), StringComparison.Ordinal),
            ContractsJson.Options)!;

    private static string ReadTemplate()
    {
        using var stream = typeof(DefaultNotice).Assembly.GetManifestResourceStream("reference/privacy-notice.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>What the audit trail says of a notice: the text itself stands in its row, for ever.</summary>
internal sealed record NoticeAudit(int Number, DateTimeOffset InForceFrom, IReadOnlyList<string> Languages)
{
    public static NoticeAudit Of(PrivacyNotice notice) => new(notice.Number, notice.InForceFrom, [.. notice.Texts.Keys.Order(StringComparer.Ordinal)]);
}
