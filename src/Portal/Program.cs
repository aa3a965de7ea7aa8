using OpenGov.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("portal");

var app = builder.Build();
app.UseServiceDefaults("portal");
await app.RunAsync();
