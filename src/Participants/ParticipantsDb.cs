using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Participants;

public sealed class ParticipantsDb(DbContextOptions<ParticipantsDb> options, TimeProvider clock, RelaySignal relay)
    : ServiceDbContext(options, clock, relay)
{
    protected override void Map(ModelBuilder modelBuilder)
    {
    }
}
