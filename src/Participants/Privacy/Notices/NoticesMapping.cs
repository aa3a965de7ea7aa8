using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Notices;

internal static class NoticesMapping
{
    public static void MapPrivacyNotices(this ModelBuilder model) => model.Entity<PrivacyNotice>(notice =>
    {
        notice.ToTable("privacy_notice");
        notice.Property(row => row.Texts).HasColumnType("jsonb").HasConversion(
            texts => JsonSerializer.Serialize(texts, ContractsJson.Options),
            json => JsonSerializer.Deserialize<Dictionary<string, NoticeText>>(json, ContractsJson.Options)!,
            // Never rewritten: the same value is the same object.
            new ValueComparer<IReadOnlyDictionary<string, NoticeText>>((one, other) => ReferenceEquals(one, other), texts => texts.Count, texts => texts));
    });

    public static void MapPrivacyNotices(this IEndpointRouteBuilder api)
    {
        var notices = api.MapGroup("").WithTags("Privacy notices");
        notices.MapGet("/privacy-notice", ReadNotices.Current).Produces(304).ProducesProblem(404).WithSummary("The notice in force, simplified and integral.");
        notices.MapGet("/privacy-notices", ReadNotices.List).WithSummary("All versions, the latest first.");
        notices.MapGet("/privacy-notices/{id:guid}", ReadNotices.One).Produces(304).ProducesProblem(404).WithSummary("One version.");
        notices.MapPost("/privacy-notices", PublishNotice.Handle).ProducesProblem(409).ProducesProblem(422).RequireStaff(StaffRole.Administrator).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Publishes a version, in force now or from a moment on; never rewrites one.");
    }
}
