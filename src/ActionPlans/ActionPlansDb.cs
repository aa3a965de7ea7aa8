using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ActionPlans;

public sealed class ActionPlansDb(DbContextOptions<ActionPlansDb> options, TimeProvider clock, RelaySignal relay)
    : ServiceDbContext(options, clock, relay)
{
    protected override void Map(ModelBuilder modelBuilder)
    {
    }
}
