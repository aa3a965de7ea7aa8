using OpenGov.Contracts;
using OpenGov.Participants;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.SettingUp;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Participants, Messages.Resources);
builder.AddServiceDatabase<ParticipantsDb>("participants-db");
builder.AddMessaging(Owners.Participants, ErasureConfirmations.All());
builder.Services.AddParticipants();

var app = builder.Build();
await app.ApplySchemaAsync();
await app.PrepareAsync();
app.UseServiceDefaults(Owners.Participants);
app.UseRefusedActs();
app.MapParticipants();
app.MapMessaging();
await app.RunAsync();
