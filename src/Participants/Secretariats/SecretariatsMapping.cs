using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Secretariats;

internal static class SecretariatsMapping
{
    private static readonly ValueComparer<IReadOnlyList<Sector>> SameSectors = new((one, other) => one!.SequenceEqual(other!), list => list.Count, list => list);

    /// <summary>Ids are made in the domain: what is new in a collection is inserted because it is not tracked, not because it lacks a key.</summary>
    public static void MapSecretariatTables(this ModelBuilder model)
    {
        model.Entity<Secretariat>(secretariat =>
        {
            secretariat.ToTable("secretariat").Ignore(row => row.Mechanism).Ignore(row => row.SuspendedByResolution).Ignore(row => row.WhySuspended);
            secretariat.Property(row => row.DeclaredBy).HasColumnType("text[]").HasConversion(
                sectors => sectors.Select(sector => sector.Code()).ToArray(), codes => codes.Select(code => EnumCodes.Parse<Sector>(code)).ToArray(),
                SameSectors);
            secretariat.HasOne<Secretariat>().WithMany().HasForeignKey(row => row.ParentId);
            secretariat.HasMany(row => row.Seats).WithOne().HasForeignKey(row => row.SecretariatId);
            secretariat.HasMany(row => row.Holdings).WithOne().HasForeignKey(row => row.SecretariatId);
            secretariat.HasMany(row => row.Offices).WithOne().HasForeignKey(row => row.SecretariatId);
            secretariat.HasMany(row => row.Mechanisms).WithOne().HasForeignKey(row => row.SecretariatId);
            secretariat.HasMany(row => row.Suspensions).WithOne().HasForeignKey(row => row.SecretariatId);
        });
        model.Entity<Suspension>(suspension =>
        {
            suspension.ToTable("secretariat_suspension").Ignore(row => row.GoesOn);
            suspension.Property(row => row.Id).ValueGeneratedNever();
            suspension.Property(row => row.MissingSectors).HasColumnType("text[]").HasConversion(
                sectors => sectors.Select(sector => sector.Code()).ToArray(), codes => codes.Select(code => EnumCodes.Parse<Sector>(code)).ToArray(), SameSectors);
            // The resolution is stored before what it causes.
            suspension.HasOne<Resolution>().WithMany().HasForeignKey(row => row.ResolutionId);
            suspension.HasOne<Resolution>().WithMany().HasForeignKey(row => row.ReturnResolutionId);
        });
        model.Entity<Seat>(seat => seat.ToTable("secretariat_seat").Property(row => row.Id).ValueGeneratedNever());
        model.Entity<SeatHolding>(holding =>
        {
            holding.ToTable("seat_holding").Ignore(row => row.End);
            holding.Property(row => row.Id).ValueGeneratedNever();
            holding.Property(row => row.From).HasColumnName("valid_from");
            holding.Property(row => row.Until).HasColumnName("valid_until");
            holding.HasOne<SeatHolding>().WithMany().HasForeignKey(row => row.ContinuesId);
            holding.HasOne<Seat>().WithMany().HasForeignKey(row => row.SeatId);
        });
        model.Entity<OfficeHolding>(office =>
        {
            office.ToTable("secretariat_office").Property(row => row.Id).ValueGeneratedNever();
            office.Property(row => row.From).HasColumnName("valid_from");
        });
        model.Entity<GovernanceMechanism>(mechanism =>
        {
            mechanism.ToTable("governance_mechanism").Ignore(row => row.Parts);
            mechanism.Property(row => row.Id).ValueGeneratedNever();
            mechanism.Property(row => row.Parameters).HasColumnType("jsonb").HasConversion(
                parameters => JsonSerializer.Serialize(parameters, ContractsJson.Options),
                json => JsonSerializer.Deserialize<MechanismParameters>(json, ContractsJson.Options)!);
        });
        model.Entity<MechanismProposal>(proposal =>
        {
            proposal.ToTable("mechanism_proposal").Ignore(row => row.Parts);
            proposal.Property(row => row.Parameters).HasColumnType("jsonb").HasConversion(
                parameters => JsonSerializer.Serialize(parameters, ContractsJson.Options),
                json => JsonSerializer.Deserialize<MechanismParameters>(json, ContractsJson.Options)!);
            proposal.HasOne<Secretariat>().WithMany().HasForeignKey(row => row.SecretariatId);
            proposal.HasOne<GovernanceMechanism>().WithMany().HasForeignKey(row => row.MechanismId);
            proposal.HasOne<Resolution>().WithMany().HasForeignKey(row => row.ResolutionId);
        });
        model.Entity<InstallationAct>(act =>
        {
            act.ToTable("installation_act").HasKey(row => row.SecretariatId);
            act.HasOne<Secretariat>().WithOne().HasForeignKey<InstallationAct>(row => row.SecretariatId);
            act.Property(row => row.Findings).HasColumnType("jsonb").HasConversion(
                findings => JsonSerializer.Serialize(findings, ContractsJson.Options), json => JsonSerializer.Deserialize<IReadOnlyList<ActFinding>>(json, ContractsJson.Options)!,
                new ValueComparer<IReadOnlyList<ActFinding>>((one, other) => one!.SequenceEqual(other!), list => list.Count, list => list));
        });
        model.Entity<CompositionNotice>().ToTable("composition_notice");
        model.Entity<SecretariatSession>(session =>
        {
            session.ToTable("secretariat_session").Ignore(row => row.OpenBallotNow).Ignore(row => row.OwnMinutesApproved);
            session.Property(row => row.OpenedWith).HasColumnType("jsonb").HasConversion(
                quorum => JsonSerializer.Serialize(quorum, ContractsJson.Options),
                json => JsonSerializer.Deserialize<Quorum>(json, ContractsJson.Options)!);
            session.HasOne<Secretariat>().WithMany().HasForeignKey(row => row.SecretariatId);
            session.HasMany(row => row.Agenda).WithOne().HasForeignKey(row => row.SessionId);
            session.HasMany(row => row.Attendances).WithOne().HasForeignKey(row => row.SessionId);
            session.HasMany(row => row.Motions).WithOne().HasForeignKey(row => row.SessionId);
            session.HasMany(row => row.Documents).WithOne().HasForeignKey(row => row.SessionId);
        });
        model.Entity<SessionDocument>(document =>
        {
            document.ToTable("session_document").Property(row => row.Id).ValueGeneratedNever();
            document.HasOne<Files.UploadedDocument>().WithMany().HasForeignKey(row => row.FileId);
        });
        model.Entity<AgendaItem>(item => item.ToTable("agenda_item").Property(row => row.Id).ValueGeneratedNever());
        model.Entity<Attendance>(attendance => attendance.ToTable("session_attendance").Property(row => row.Id).ValueGeneratedNever());
        model.Entity<Motion>(motion =>
        {
            motion.ToTable("motion").Ignore(row => row.Subject).Ignore(row => row.Last).Ignore(row => row.IsCarried);
            motion.Property(row => row.Id).ValueGeneratedNever();
            motion.Property(row => row.SubjectKind).HasColumnName("about_kind");
            motion.Property(row => row.SubjectId).HasColumnName("about_id");
            motion.Property(row => row.SubjectHash).HasColumnName("about_hash");
            motion.HasOne<AgendaItem>().WithMany().HasForeignKey(row => row.AgendaItemId);
            motion.HasMany(row => row.Ballots).WithOne().HasForeignKey(row => row.MotionId);
        });
        model.Entity<Ballot>(ballot =>
        {
            ballot.ToTable("ballot").Ignore(row => row.Totals);
            ballot.Property(row => row.Id).ValueGeneratedNever();
            ballot.HasMany(row => row.Votes).WithOne().HasForeignKey(row => row.BallotId);
        });
        model.Entity<Vote>(vote => vote.ToTable("seat_vote").Property(row => row.Id).ValueGeneratedNever());
        model.Entity<Resolution>(resolution =>
        {
            resolution.ToTable("resolution").Ignore(row => row.Totals).Ignore(row => row.Progress);
            resolution.Property(row => row.SubjectKind).HasColumnName("about_kind");
            resolution.Property(row => row.SubjectId).HasColumnName("about_id");
            resolution.Property(row => row.SubjectHash).HasColumnName("about_hash");
            resolution.HasOne<SecretariatSession>().WithMany().HasForeignKey(row => row.SessionId);
            resolution.HasMany(row => row.FollowUps).WithOne().HasForeignKey(row => row.ResolutionId);
        });
        model.Entity<ResolutionFollowUp>().ToTable("resolution_follow_up").Property(row => row.Id).ValueGeneratedNever();
    }
}
