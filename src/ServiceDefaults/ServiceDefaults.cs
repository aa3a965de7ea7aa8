using System.Globalization;
using System.Resources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Clients;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.ServiceDefaults;

/// <summary>What every process of the system shares, in the order of a <c>Program.cs</c>.</summary>
public static class ServiceDefaultsExtensions
{
    private static readonly CultureInfo[] Languages = [new("es-MX"), new("en")];

    /// <summary>Telemetry, health, JSON, problem details, languages, tokens and clients of the other services.</summary>
    /// <param name="name">The service's name in addresses and telemetry, for example <c>action-plans</c>.</param>
    /// <param name="messages">The service's texts for people, by code.</param>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string name, ResourceManager? messages = null)
    {
        builder.AddTelemetry(name);
        builder.AddProcessReport(name);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // JSON bodies; endpoints that take files or plans raise it for themselves.
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            // Only the gateway meets callers, and decides how slow one may be: a service that gave up first would look as if it were away.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new MessageCatalog(messages));
        services.AddSingleton<InstanceKey>();
        services.AddSingleton<FailPoints>();
        services.AddSingleton<RelaySignal>();
        services.AddHealthChecks();
        services.AddExceptionHandler<ExceptionToProblem>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            Problems.Complete(problem);
            if (problem.Extensions.ContainsKey("code"))
                return;
            var code = Problems.CodeOf(problem.Status ?? context.HttpContext.Response.StatusCode);
            problem.Title = context.HttpContext.RequestServices.GetRequiredService<MessageCatalog>().Text(code);
            problem.Extensions["code"] = code;
        });
        services.ConfigureHttpJsonOptions(options => ContractsJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1");
        services.AddRequestLocalization(options =>
        {
            options.DefaultRequestCulture = new RequestCulture("es-MX");
            options.SupportedCultures = Languages;
            options.SupportedUICultures = Languages;
            options.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
        });

        foreach (var owner in Owners.Subscribers.Keys)
            services.AddServiceClient(owner);
        services.AddSingleton<TokenKeys>();
        services.AddSingleton<SecurityLog>();
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        services.AddAuthorization();
        services.AddScoped<IEndedSessions, NoEndedSessions>();
        services.AddStateVersion();
    }

    /// <summary>Health and OpenAPI addresses, and the middleware that all services run in this order.</summary>
    /// <param name="name">As in <see cref="AddServiceDefaults"/>.</param>
    public static void UseServiceDefaults(this WebApplication app, string name)
    {
        app.UseRequestLocalization();
        app.UseMiddleware<RefusedRequests>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(JsonCharset.RefuseOthersAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health", new HealthCheckOptions
        {
            ResultStatusCodes =
            {
                // While the broker is away writes are accepted and reads are served: degraded is not down.
                [HealthStatus.Degraded] = StatusCodes.Status200OK,
            },
            ResponseWriter = HealthReportJson.WriteAsync,
        });
        app.UsePublicReads(name);
        app.MapOpenApi($"/api/{name}/openapi/{{documentName}}.json");
    }
}
