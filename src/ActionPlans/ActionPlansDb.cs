using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Activities;
using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.EvidenceFiles;
using OpenGov.ActionPlans.Exercises;
using OpenGov.ActionPlans.ImportedPlans;
using OpenGov.ActionPlans.Plans;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ActionPlans;

public sealed class ActionPlansDb(DbContextOptions<ActionPlansDb> options, TimeProvider clock, RelaySignal relay, InstanceClock calendar)
    : ServiceDbContext(options, clock, relay)
{
    /// <summary>The instance's calendar, for what depends on today.</summary>
    public InstanceClock Calendar => calendar;

    public DbSet<Exercise> Exercises => Set<Exercise>();
    public DbSet<PlanDraft> Drafts => Set<PlanDraft>();
    public DbSet<Plan> Plans => Set<Plan>();
    public DbSet<PlanVersion> PlanVersions => Set<PlanVersion>();
    public DbSet<Commitment> Commitments => Set<Commitment>();
    public DbSet<CommitmentAcceptance> Acceptances => Set<CommitmentAcceptance>();
    public DbSet<ProgressReport> ProgressReports => Set<ProgressReport>();
    public DbSet<Verification> Verifications => Set<Verification>();
    public DbSet<EvidenceFile> EvidenceFiles => Set<EvidenceFile>();
    public DbSet<ImportedPlan> ImportedPlans => Set<ImportedPlan>();

    protected override void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Exercise>().ToTable("exercise");
        modelBuilder.Entity<ImportedPlan>(plan =>
        {
            plan.ToTable("imported_plan");
            plan.Ignore(one => one.Document);
        });
        modelBuilder.Entity<PlanDraft>(draft =>
        {
            draft.ToTable("plan_draft");
            draft.Ignore(one => one.Document);
            draft.HasMany(one => one.Commitments).WithOne().HasForeignKey(one => one.PlanId);
        });
        modelBuilder.Entity<DraftCommitment>(commitment =>
        {
            commitment.ToTable("draft_commitment");
            commitment.Property(one => one.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<CommitmentAcceptance>().ToTable("commitment_acceptance")
            .HasKey(one => new { one.CommitmentId, one.OrganisationId, one.DefinitionHash });
        modelBuilder.Entity<Plan>().ToTable("plan");
        modelBuilder.Entity<PlanVersion>(version =>
        {
            version.ToTable("plan_version").HasKey(one => new { one.PlanId, one.Number });
            version.Ignore(one => one.Approval);
            // Tells EF Core in which order to insert; there is nothing to navigate.
            version.HasOne<Plan>().WithMany().HasForeignKey(one => one.PlanId).OnDelete(DeleteBehavior.NoAction);
        });
        modelBuilder.Entity<Commitment>(commitment =>
        {
            commitment.ToTable("commitment");
            commitment.HasOne<Plan>().WithMany().HasForeignKey(one => one.PlanId).OnDelete(DeleteBehavior.NoAction);
            commitment.Ignore(one => one.Progress);
            commitment.Property(one => one.Definition).HasColumnType("jsonb");
            commitment.HasMany(one => one.KeyActions).WithOne().HasForeignKey(one => one.CommitmentId);
        });
        modelBuilder.Entity<KeyAction>(action =>
        {
            action.ToTable("key_action");
            action.Property(one => one.Id).ValueGeneratedNever();
            action.HasMany(one => one.Activities).WithOne().HasForeignKey(one => one.KeyActionId);
        });
        modelBuilder.Entity<Activity>(activity =>
        {
            activity.ToTable("activity");
            activity.Property(one => one.Id).ValueGeneratedNever();
            activity.Ignore(one => one.Responsible);
        });
        modelBuilder.Entity<ProgressReport>(report =>
        {
            report.ToTable("progress_report");
            report.HasOne<Activity>().WithMany().HasForeignKey(one => one.ActivityId).OnDelete(DeleteBehavior.NoAction);
            report.HasMany(one => one.Evidence).WithOne().HasForeignKey(one => one.ReportId);
        });
        modelBuilder.Entity<Evidence>(evidence =>
        {
            evidence.ToTable("evidence");
            evidence.HasOne<EvidenceFile>().WithMany().HasForeignKey(one => one.FileId).OnDelete(DeleteBehavior.NoAction);
            evidence.Property(one => one.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<Verification>().ToTable("verification");
        modelBuilder.Entity<EvidenceFile>().ToTable("evidence_file");
    }
}
