using OpenGov.Portal.Http;

namespace OpenGov.Portal.Operation;

internal static class OperationPages
{
    public static void AddOperation(this IServiceCollection services)
    {
        services.AddHttpClient(OperationDesk.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), UseCookies = false, AllowAutoRedirect = false });
        services.AddSingleton<LastAnswers>();
        services.AddSingleton<OperationDesk>();
        services.AddHostedService<AnswersWatch>();
    }

    public static void MapOperation(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/operacion").WithMetadata(new PersonalPage());
        group.MapGet("", ShowOperation.HandleAsync);
        group.MapGet("/diagnostico.zip", DownloadDiagnosis.HandleAsync);
        group.MapPost("/respaldo", OrderBackup.HandleAsync);
        group.MapGet("/mensajes", ParkedMessages.ListAsync);
        group.MapGet("/mensajes/{service}/{owner}", ParkedMessages.ShowAllAsync);
        group.MapPost("/mensajes/{service}/{owner}/reenviar", (HttpContext http, ServiceCaller services, string service, string owner) => ParkedMessages.OrderAsync(http, services, service, owner, null, "send-again"));
        group.MapPost("/mensajes/{service}/{owner}/apartar", (HttpContext http, ServiceCaller services, string service, string owner) => ParkedMessages.OrderAsync(http, services, service, owner, null, "set-aside"));
        group.MapGet("/mensajes/{service}/{owner}/{sequence:long}", ParkedMessages.ShowOneAsync);
        group.MapPost("/mensajes/{service}/{owner}/{sequence:long}/reenviar", (HttpContext http, ServiceCaller services, string service, string owner, long sequence) => ParkedMessages.OrderAsync(http, services, service, owner, sequence, "send-again"));
        group.MapPost("/mensajes/{service}/{owner}/{sequence:long}/apartar", (HttpContext http, ServiceCaller services, string service, string owner, long sequence) => ParkedMessages.OrderAsync(http, services, service, owner, sequence, "set-aside"));
        group.MapGet("/mensajes/{service}/{owner}/ilegibles", BrokenMessages.ShowAllAsync);
        group.MapPost("/mensajes/{service}/{owner}/ilegibles/reenviar", (HttpContext http, ServiceCaller services, string service, string owner) => BrokenMessages.OrderAsync(http, services, service, owner, null, "send-again"));
        group.MapPost("/mensajes/{service}/{owner}/ilegibles/apartar", (HttpContext http, ServiceCaller services, string service, string owner) => BrokenMessages.OrderAsync(http, services, service, owner, null, "set-aside"));
        group.MapGet("/mensajes/{service}/{owner}/ilegibles/{id:guid}", BrokenMessages.ShowOneAsync);
        group.MapPost("/mensajes/{service}/{owner}/ilegibles/{id:guid}/reenviar", (HttpContext http, ServiceCaller services, string service, string owner, Guid id) => BrokenMessages.OrderAsync(http, services, service, owner, id, "send-again"));
        group.MapPost("/mensajes/{service}/{owner}/ilegibles/{id:guid}/apartar", (HttpContext http, ServiceCaller services, string service, string owner, Guid id) => BrokenMessages.OrderAsync(http, services, service, owner, id, "set-aside"));
        group.MapGet("/copias/{service}/{owner}", RebuildCopies.ShowAsync);
        group.MapPost("/copias/{service}/{owner}", RebuildCopies.OrderAsync);
    }

    /// <summary>Names in an address become part of a call: only those that exist.</summary>
    public static bool IsPair(string service, string owner) =>
        OperationDesk.Services.Contains(service, StringComparer.Ordinal) && OperationDesk.Services.Contains(owner, StringComparer.Ordinal);
}
