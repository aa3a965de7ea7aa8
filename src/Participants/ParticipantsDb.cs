using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.Awareness;
using OpenGov.Participants.Declarations;
using OpenGov.Participants.Elections;
using OpenGov.Participants.Files;
using OpenGov.Participants.Groups;
using OpenGov.Participants.Instances;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Minutes;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Organisations.Import;
using OpenGov.Participants.Passkeys;
using OpenGov.Participants.Privacy;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.Participants.Privacy.Breaches;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Registrations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.SettingUp;
using OpenGov.Participants.SigningKeys;
using OpenGov.Participants.SignInPolicies;
using OpenGov.Participants.Staffing;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Participants;

public sealed class ParticipantsDb : ServiceDbContext
{
    private readonly RelaySignal relay;

    public ParticipantsDb(DbContextOptions<ParticipantsDb> options, TimeProvider clock, RelaySignal relay)
        : base(options, clock, relay) => this.relay = relay;

    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<AccountLink> AccountLinks => Set<AccountLink>();
    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<Passkey> Passkeys => Set<Passkey>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<SignInPolicy> SignInPolicies => Set<SignInPolicy>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<SetUpKey> SetUpKeys => Set<SetUpKey>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<Organisation> Organisations => Set<Organisation>();
    public DbSet<StaffPost> StaffPosts => Set<StaffPost>();
    public DbSet<Mandate> Mandates => Set<Mandate>();
    public DbSet<Instance> Instances => Set<Instance>();
    public DbSet<InstanceLogo> Logos => Set<InstanceLogo>();
    public DbSet<LegalProfile> LegalProfiles => Set<LegalProfile>();
    public DbSet<PrivacyNotice> PrivacyNotices => Set<PrivacyNotice>();
    public DbSet<Consent> Consents => Set<Consent>();
    public DbSet<ArcoRequest> ArcoRequests => Set<ArcoRequest>();
    public DbSet<Erasure> Erasures => Set<Erasure>();
    public DbSet<ErasureConfirmation> ErasureConfirmations => Set<ErasureConfirmation>();
    public DbSet<PersonalDataAccess> PersonalDataAccesses => Set<PersonalDataAccess>();
    public DbSet<RepresentativeInvitation> RepresentativeInvitations => Set<RepresentativeInvitation>();
    public DbSet<OrganisationImport> OrganisationImports => Set<OrganisationImport>();
    public DbSet<FormerName> FormerNames => Set<FormerName>();
    public DbSet<OrganisationSuccession> Successions => Set<OrganisationSuccession>();
    public DbSet<Registration> Registrations => Set<Registration>();
    public DbSet<Breach> Breaches => Set<Breach>();
    public DbSet<Secretariat> Secretariats => Set<Secretariat>();
    public DbSet<InstallationAct> InstallationActs => Set<InstallationAct>();
    public DbSet<CompositionNotice> CompositionNotices => Set<CompositionNotice>();
    public DbSet<MechanismProposal> MechanismProposals => Set<MechanismProposal>();
    public DbSet<SecretariatSession> SecretariatSessions => Set<SecretariatSession>();
    public DbSet<SessionDocument> SessionDocuments => Set<SessionDocument>();
    public DbSet<Resolution> Resolutions => Set<Resolution>();
    public DbSet<SessionMinutes> SessionMinutes => Set<SessionMinutes>();
    public DbSet<WorkingGroup> WorkingGroups => Set<WorkingGroup>();
    public DbSet<SeatElection> SeatElections => Set<SeatElection>();
    public DbSet<UploadedDocument> Files => Set<UploadedDocument>();
    public DbSet<OpenCall> OpenCalls => Set<OpenCall>();
    public DbSet<CallDocument> CallDocuments => Set<CallDocument>();
    public DbSet<CallAmendment> CallAmendments => Set<CallAmendment>();
    public DbSet<CallApplication> CallApplications => Set<CallApplication>();
    public DbSet<ApplicationDocument> ApplicationDocuments => Set<ApplicationDocument>();
    public DbSet<JointDeclaration> JointDeclarations => Set<JointDeclaration>();
    public DbSet<Signatory> Signatories => Set<Signatory>();
    public DbSet<AwarenessActivity> AwarenessActivities => Set<AwarenessActivity>();

    /// <summary>Of each motion the round that counts: what was decided in one before it is not decided any more.</summary>
    internal IQueryable<Ballot> LastRounds => Set<Ballot>().Where(ballot => !Set<Ballot>().Any(later => later.MotionId == ballot.MotionId && later.Round > ballot.Round));

    /// <summary>
    /// A transaction in which a rule over several rows is checked and kept: whoever needs the same lock waits. Joins the
    /// transaction of <see cref="ServiceDefaults.Http.IdempotencyFilter"/> where there is one. Disposed without a commit it
    /// leaves nothing.
    /// </summary>
    public async Task<UnitOfWork> BeginAsync(RuleLock rule, CancellationToken cancellationToken)
    {
        var work = await BeginAsync(cancellationToken);
        await Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({(long)rule})", cancellationToken);
        return work;
    }

    /// <summary>The same without a lock, where several statements belong together.</summary>
    public async Task<UnitOfWork> BeginAsync(CancellationToken cancellationToken) =>
        new(Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null, relay);

    protected override void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>(account =>
        {
            account.ToTable("account").HasKey(row => row.Id);
            account.Property(row => row.ConcurrencyStamp).IsConcurrencyToken();
            // People sign in with their address; locks are kept for every typed address, not in the account.
            account.Ignore(row => row.UserName).Ignore(row => row.NormalizedUserName).Ignore(row => row.EmailConfirmed);
            account.Ignore(row => row.PhoneNumber).Ignore(row => row.PhoneNumberConfirmed).Ignore(row => row.TwoFactorEnabled);
            account.Ignore(row => row.LockoutEnd).Ignore(row => row.LockoutEnabled).Ignore(row => row.AccessFailedCount);
        });
        // Relationships only order the inserts of one SaveChanges; the keys themselves stand in the schema.
        modelBuilder.Entity<Invitation>().ToTable("invitation").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        modelBuilder.Entity<AccountLink>().ToTable("account_link").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        modelBuilder.Entity<AddressChange>().ToTable("address_change").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        modelBuilder.Entity<Session>().ToTable("session").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        modelBuilder.Entity<SecondFactor>(factor => factor.ToTable("second_factor").HasKey(row => row.AccountId));
        modelBuilder.Entity<RecoveryCode>(code => code.ToTable("recovery_code").HasKey(row => new { row.AccountId, row.CodeHash }));
        modelBuilder.Entity<ApiKey>().ToTable("api_key");
        modelBuilder.Entity<Passkey>().ToTable("passkey");
        modelBuilder.Entity<SignInPolicy>().ToTable("sign_in_policy");
        modelBuilder.Entity<SetUpKey>().ToTable("set_up_key").HasKey(row => row.KeyHash);
        modelBuilder.Entity<SigningKey>().ToTable("signing_key").HasKey(row => row.KeyId);
        modelBuilder.Entity<Organisation>().ToTable("organisation");
        modelBuilder.Entity<StaffPost>(post =>
        {
            post.ToTable("staff_post").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            MapTerm(post.ComplexProperty(row => row.Term));
        });
        modelBuilder.Entity<Mandate>(mandate =>
        {
            mandate.ToTable("mandate").HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            mandate.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
            MapTerm(mandate.ComplexProperty(row => row.Term));
        });
        modelBuilder.Entity<Instance>(instance =>
        {
            instance.ToTable("instance").Ignore(row => row.State);
            instance.HasOne<Organisation>().WithMany().HasForeignKey(row => row.GuarantorId);
            instance.Property(row => row.Address).HasColumnName("public_address");
        });
        modelBuilder.Entity<InstanceLogo>(logo =>
        {
            logo.ToTable("instance_logo").HasKey(row => row.InstanceId);
            logo.HasOne<Instance>().WithOne().HasForeignKey<InstanceLogo>(row => row.InstanceId);
        });
        modelBuilder.Entity<LegalProfile>(profile =>
        {
            // What was withdrawn before its day is no version of the rules; only the history shows it.
            profile.ToTable("legal_profile").HasQueryFilter(row => row.WithdrawnAt == null);
            profile.Property(row => row.Parameters).HasColumnType("jsonb")
                .HasConversion(parameters => ProfileParameters.Write(parameters), json => ProfileParameters.Read(json));
        });
        modelBuilder.MapPrivacyTables();
        modelBuilder.MapRegistrations();
        modelBuilder.MapSecretariatTables();
        modelBuilder.MapMinutes();
        modelBuilder.MapElections();
        modelBuilder.MapGroups();
        modelBuilder.MapFiles();
        modelBuilder.MapOpenCalls();
        modelBuilder.MapDeclarations();
        modelBuilder.MapAwareness();
        modelBuilder.MapRepresentatives();
        modelBuilder.Entity<OrganisationImport>().ToTable("organisation_import");
        modelBuilder.Entity<OrganisationSuccession>().ToTable("organisation_succession");
    }

    private static void MapTerm(ComplexPropertyBuilder<Term> term)
    {
        term.Property(row => row.From).HasColumnName("valid_from");
        term.Property(row => row.Until).HasColumnName("valid_until");
        term.Property(row => row.EndedAt).HasColumnName("ended_at");
    }
}

/// <summary>Rules that span rows; any distinct numbers will do, the same in every replica.</summary>
public enum RuleLock : long
{
    Administrators = 0x70617274_00000001,
    InstanceSettings = 0x70617274_00000002,
    LegalProfiles = 0x70617274_00000003,
    SigningKeys = 0x70617274_00000004,
    Mandates = 0x70617274_00000005,
    PrivacyNotices = 0x70617274_00000006,
    ArcoFolios = 0x70617274_00000007,
    OpenCalls = 0x70617274_00000008,
    Declarations = 0x70617274_00000009,
    OrganisationImports = 0x70617274_00000102,
    ErasureLedger = 0x70617274_00000137,
}

/// <summary>See <see cref="ParticipantsDb.BeginAsync(RuleLock, CancellationToken)"/>.</summary>
public sealed class UnitOfWork(IDbContextTransaction? transaction, RelaySignal relay) : IAsyncDisposable
{
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (transaction is null)
            return;
        await transaction.CommitAsync(cancellationToken);
        // SaveChanges woke the relay before there was anything for it to find.
        relay.Wake();
    }

    public ValueTask DisposeAsync() => transaction?.DisposeAsync() ?? ValueTask.CompletedTask;
}
