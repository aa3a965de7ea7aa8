using OpenGov.Notifications;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Notifications, Messages.Resources);
builder.AddServiceDatabase<NotificationsDb>("notifications-db");
builder.AddMessaging(Owners.Notifications);

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.Notifications);
app.MapMessaging();
await app.RunAsync();
