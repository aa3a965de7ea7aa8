using OpenGov.ActionPlans;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.ActionPlans, Messages.Resources);
builder.AddServiceDatabase<ActionPlansDb>("action-plans-db");
builder.AddMessaging(Owners.ActionPlans);

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.ActionPlans);
app.MapMessaging();
app.MapPlanFormat();
await app.RunAsync();
