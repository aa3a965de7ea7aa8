using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenGov.Contracts;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Files;
using OpenGov.Participants.Organisations;

namespace OpenGov.Participants.OpenCalls;

internal static class OpenCallsMapping
{
    public static void MapOpenCalls(this ModelBuilder model)
    {
        model.Entity<OpenCall>().ToTable("open_call").Ignore(row => row.DaysOpen);
        model.Entity<CallDocument>(document =>
        {
            document.ToTable("open_call_document").HasKey(row => new { row.CallId, row.FileId });
            document.HasOne<OpenCall>().WithMany().HasForeignKey(row => row.CallId);
            document.HasOne<UploadedDocument>().WithMany().HasForeignKey(row => row.FileId);
        });
        model.Entity<CallAmendment>(amendment =>
        {
            amendment.ToTable("open_call_amendment").HasOne<OpenCall>().WithMany().HasForeignKey(row => row.CallId);
            amendment.Property(row => row.Changes).HasColumnType("jsonb").HasConversion(
                changes => JsonSerializer.Serialize(changes, ContractsJson.Options), json => JsonSerializer.Deserialize<List<CallChange>>(json, ContractsJson.Options)!,
                // Never rewritten: the same value is the same object.
                new ValueComparer<IReadOnlyList<CallChange>>((one, other) => ReferenceEquals(one, other), list => list.Count, list => list));
        });
        model.Entity<CallApplication>(application =>
        {
            application.ToTable("call_application").HasOne<OpenCall>().WithMany().HasForeignKey(row => row.CallId);
            application.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            application.HasOne<Account>().WithMany().HasForeignKey(row => row.RecordedBy);
            application.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }
}
