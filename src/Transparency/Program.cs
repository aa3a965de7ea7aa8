using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.Transparency;
using OpenGov.Transparency.Datasets;
using OpenGov.Transparency.Files;
using OpenGov.Transparency.Projections;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(Owners.Transparency, Messages.Resources);
builder.AddServiceDatabase<TransparencyDb>("transparency-db");
builder.AddMessaging(Owners.Transparency, new Forgetting(Owners.Transparency, erasure => new OpenGov.Contracts.Transparency.V1.ErasureCarriedOutV1(erasure, 1)), new ParticipantsCopy(), new ActionPlansCopy());
builder.Services.AddRouting(options => options.ConstraintMap.Add("dataset", typeof(DatasetRouteConstraint)));

var app = builder.Build();
await app.ApplySchemaAsync();
app.UseServiceDefaults(Owners.Transparency);
app.MapMessaging();
app.MapDatasetFiles();
app.MapDatasets();
await app.RunAsync();
