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
        model.Entity<OpenCall>(call =>
        {
            call.ToTable("open_call").Ignore(row => row.DaysOpen);
            call.HasMany(row => row.AskedDocuments).WithOne().HasForeignKey(row => row.CallId);
            call.Navigation(row => row.AskedDocuments).HasField("askedDocuments").UsePropertyAccessMode(PropertyAccessMode.Field).AutoInclude();
        });
        model.Entity<AskedDocument>().ToTable("open_call_asked_document").Property(row => row.Id).ValueGeneratedNever();
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
            application.HasMany(row => row.Documents).WithOne().HasForeignKey(row => row.ApplicationId);
            application.Navigation(row => row.Documents).HasField("documents").UsePropertyAccessMode(PropertyAccessMode.Field);
        });
        model.Entity<ApplicationDocument>(document =>
        {
            document.ToTable("call_application_document").Property(row => row.Id).ValueGeneratedNever();
            document.HasOne<UploadedDocument>().WithMany().HasForeignKey(row => row.FileId);
            document.HasOne<AskedDocument>().WithMany().HasForeignKey(row => row.AskedId);
        });
    }
}
