using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency;

public sealed class TransparencyDb(DbContextOptions<TransparencyDb> options, TimeProvider clock, RelaySignal relay)
    : ServiceDbContext(options, clock, relay)
{
    protected override void Map(ModelBuilder modelBuilder)
    {
    }
}
