using OpenGov.Transparency;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Transparency, Messages.Resources);
builder.AddServiceDatabase<TransparencyDb>("transparency-db");
builder.AddMessaging(Owners.Transparency);

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.Transparency);
app.MapMessaging();
await app.RunAsync();
