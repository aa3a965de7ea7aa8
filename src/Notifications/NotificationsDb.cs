using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Notifications;

public sealed class NotificationsDb(DbContextOptions<NotificationsDb> options, TimeProvider clock, RelaySignal relay)
    : ServiceDbContext(options, clock, relay)
{
    protected override void Map(ModelBuilder modelBuilder)
    {
    }
}
