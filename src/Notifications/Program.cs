using OpenGov.Contracts;
using OpenGov.Notifications;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Instance;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Privacy;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Notifications, Messages.Resources);
builder.AddServiceDatabase<NotificationsDb>("notifications-db");
builder.AddMessaging(Owners.Notifications, new Forgetting(Owners.Notifications, erasure => new OpenGov.Contracts.Notifications.V1.ErasureCarriedOutV1(erasure, 1)), new ParticipantsCopy(), new CommitmentsCopy());
builder.Services.AddNotifications();

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.Notifications);
app.MapMessaging();
app.MapSubscriptions();
app.MapMailServer();
app.MapDeliveries();
await app.RunAsync();
