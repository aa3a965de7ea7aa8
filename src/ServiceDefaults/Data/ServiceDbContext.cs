using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// A service's own database. State, audit entry and facts are written by one <c>SaveChanges</c>, or by several in one
/// transaction, so that none of them can exist without the others; once they are committed the relay is woken.
/// </summary>
public abstract class ServiceDbContext : DbContext
{
    private readonly TimeProvider clock;
    private readonly RelaySignal relay;
    private bool factsWait;

    protected ServiceDbContext(DbContextOptions options, TimeProvider clock, RelaySignal relay)
        : base(options)
    {
        this.clock = clock;
        this.relay = relay;
        base.ChangeTracker.Tracked += MarkStored;
    }

    /// <summary>Now, to the microsecond that PostgreSQL stores, so that what is returned equals what is read later.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = clock.GetUtcNow();
            return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Adds a fact to this service's event log, as part of the running unit of work. Facts of one aggregate must carry its
    /// versions in the order of their commits: lock the aggregate's row, or let its version be the concurrency token.
    /// </summary>
    public void Record(IIntegrationEvent fact) => Add(new LoggedEvent
    {
        EventId = EventIds.Next(Now),
        Type = EventTypes.NameOf(fact.GetType()),
        AggregateId = fact.AggregateId,
        AggregateVersion = fact.AggregateVersion,
        OccurredAt = Now,
        TraceParent = Activity.Current?.Id,
        Personal = EventTypes.CarriesPersonalData(fact.GetType()),
        Payload = JsonSerializer.Serialize(fact, fact.GetType(), ContractsJson.Options),
    });

    /// <summary>Adds an audit entry, as part of the running unit of work. Values must hold no secret and no personal data.</summary>
    /// <param name="action">Past-tense code, for example <c>progress_reported</c>.</param>
    /// <param name="subject">Noun of the thing, for example <c>activity</c>.</param>
    public void Audit(Guid? accountId, string action, string subject, Guid subjectId, object? before = null, object? after = null, string? reason = null) =>
        Add(new AuditEntry
        {
            Id = Guid.CreateVersion7(),
            At = Now,
            AccountId = accountId,
            Action = action,
            Subject = subject,
            SubjectId = subjectId,
            Before = before is null ? null : JsonSerializer.Serialize(before, ContractsJson.Options),
            After = after is null ? null : JsonSerializer.Serialize(after, ContractsJson.Options),
            Reason = reason,
            TraceId = Activity.Current?.TraceId.ToString(),
        });

    /// <summary>
    /// Erases the payloads of an aggregate's facts that carry personal data (INV-52), as part of the running transaction; the
    /// numbers stay, and so do all other facts. Consumers learn of it by a fact that the caller records.
    /// </summary>
    /// <returns>How many payloads were erased.</returns>
    public Task<int> ErasePersonalFactsAsync(Guid aggregateId, CancellationToken cancellationToken) =>
        Set<LoggedEvent>()
            .Where(row => row.AggregateId == aggregateId && row.Personal && row.Payload != null)
            .ExecuteUpdateAsync(row => row.SetProperty(fact => fact.Payload, (string?)null).SetProperty(fact => fact.ErasedAt, Now), cancellationToken);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<AggregateRoot>().Where(entry => entry.State == EntityState.Modified && !IsNotedOnly(entry)))
            entry.Entity.Touch();
        var tellsFacts = ChangeTracker.Entries<LoggedEvent>().Any(entry => entry.State == EntityState.Added);

        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        foreach (var entry in ChangeTracker.Entries<AggregateRoot>())
        {
            entry.Entity.IsNew = false;
            entry.Entity.Touched = false;
        }

        factsWait |= tellsFacts;
        // Inside a wider transaction the facts are visible once that is committed (FactsCommitted).
        if (Database.CurrentTransaction is null)
            WakeRelay();
        return rows;
    }

    internal void WakeRelay()
    {
        if (!factsWait)
            return;
        factsWait = false;
        relay.Hit("write.committed");
        relay.Wake();
    }

    internal void Committing()
    {
        if (factsWait)
            relay.Hit("write.committing");
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.AddInterceptors(FactsCommitted.Instance);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<LoggedEvent>(log =>
        {
            log.ToTable("event_log").HasKey(row => row.EventId);
            log.Property(row => row.Payload).HasColumnType("jsonb");
        });
        modelBuilder.Entity<AuditEntry>(audit =>
        {
            audit.ToTable("audit_log").HasKey(row => row.Id);
            audit.Property(row => row.Before).HasColumnType("jsonb");
            audit.Property(row => row.After).HasColumnType("jsonb");
        });
        Map(modelBuilder);
        ConventionsOfTheSchema(modelBuilder);
    }

    /// <summary>Maps the service's own tables. Columns are the snake_case of the properties unless it says otherwise.</summary>
    protected abstract void Map(ModelBuilder modelBuilder);

    private static bool IsNotedOnly(EntityEntry entry)
    {
        var changed = entry.Properties.Where(property => property.IsModified).ToList();
        return changed.Count > 0 && changed.TrueForAll(property => property.Metadata.PropertyInfo?.IsDefined(typeof(NotedAttribute), inherit: false) == true)
            && !entry.ComplexProperties.Any(property => property.IsModified);
    }

    private static void MarkStored(object? sender, EntityTrackedEventArgs tracked)
    {
        if (tracked is { FromQuery: true, Entry.Entity: AggregateRoot root })
            root.IsNew = false;
    }

    private static void ConventionsOfTheSchema(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnName() == property.Name)
                    property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum && property.GetValueConverter() is null)
                    property.SetValueConverter(EnumCodes.ConverterFor(type));
            }

            if (entity.ClrType.IsAssignableTo(typeof(AggregateRoot)) && entity.BaseType is null)
                entity.FindProperty(nameof(AggregateRoot.Version))!.IsConcurrencyToken = true;
        }
    }
}
