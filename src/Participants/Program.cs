using OpenGov.Participants;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Participants, Messages.Resources);
builder.AddServiceDatabase<ParticipantsDb>("participants-db");
builder.AddMessaging(Owners.Participants);

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.Participants);
app.MapMessaging();
await app.RunAsync();
