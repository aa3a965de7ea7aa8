using OpenGov.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");

var app = builder.Build();
app.UseServiceDefaults("gateway");
await app.RunAsync();
