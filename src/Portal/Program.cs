using OpenGov.Portal;
using OpenGov.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("portal");
builder.AddPortal();

var app = builder.Build();
app.UseServiceDefaults("portal");
app.UsePortal();
app.MapPortal();
await app.RunAsync();
