using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Notifications;

public sealed class NotificationsDb(DbContextOptions<NotificationsDb> options, TimeProvider clock, RelaySignal relay)
    : ServiceDbContext(options, clock, relay)
{
    public DbSet<FollowableCommitment> Commitments => Set<FollowableCommitment>();
    public DbSet<Subscription> Subscriptions => Set<Subscription>();
    public DbSet<ConfirmationToken> ConfirmationTokens => Set<ConfirmationToken>();
    public DbSet<SolicitedMail> SolicitedMails => Set<SolicitedMail>();
    public DbSet<MailServer> MailServers => Set<MailServer>();
    public DbSet<Delivery> Deliveries => Set<Delivery>();

    /// <summary>The subscription that an unexpired confirmation token belongs to.</summary>
    internal Task<Subscription?> FindByConfirmationAsync(byte[]? tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        tokenHash is null
            ? Task.FromResult<Subscription?>(null)
            : (from token in ConfirmationTokens
               join subscription in Subscriptions on token.SubscriptionId equals subscription.Id
               where token.Hash == tokenHash && token.ExpiresAt >= now
               select subscription).SingleOrDefaultAsync(cancellationToken);

    internal async Task<SubscriptionView> ViewAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        // The copy is empty for a moment while it is rebuilt; the link works all the same.
        var commitment = await Commitments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == subscription.CommitmentId, cancellationToken);
        return new(subscription.State, new(SubjectKind.Commitment, subscription.CommitmentId, commitment?.Identifier ?? "", commitment?.Title ?? ""));
    }

    /// <summary>The instance as mails name it, or null while nobody has set it up.</summary>
    internal Task<MailInstance?> FindInstanceAsync(CancellationToken cancellationToken) => Database
        .SqlQuery<MailInstance>($"select name as \"Name\", public_address as \"PublicAddress\" from instance")
        .SingleOrDefaultAsync(cancellationToken);

    protected override void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FollowableCommitment>().ToTable("commitment").HasKey(row => row.Id);
        modelBuilder.Entity<Subscription>().ToTable("subscription").HasKey(row => row.Id);
        modelBuilder.Entity<ConfirmationToken>(token =>
        {
            token.ToTable("confirmation_token").HasKey(row => row.Hash);
            token.HasOne<Subscription>().WithMany().HasForeignKey(row => row.SubscriptionId);
        });
        modelBuilder.Entity<SolicitedMail>().ToTable("solicited_mail").HasKey(row => row.Id);
        modelBuilder.Entity<MailServer>().ToTable("mail_server").HasKey(row => row.Id);
        modelBuilder.Entity<Delivery>(delivery =>
        {
            delivery.ToTable("delivery").HasKey(row => row.Id);
            delivery.HasOne<Subscription>().WithMany().HasForeignKey(row => row.SubscriptionId);
        });
    }
}
