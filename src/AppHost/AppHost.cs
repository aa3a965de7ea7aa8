// The system on one page. It compiles unchanged against .NET Aspire and against the native engine (docs/decisions/0001).
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var port = builder.Configuration.GetValue("Port", 8080);
var replicas = builder.Configuration.GetValue("Replicas", 1);
var withMailCatcher = builder.Configuration.GetValue("Sample", false) || builder.Configuration.GetValue("MailCatcher", false);

// The one secret that the processes of an instance share; made at the first start and kept.
var instanceKey = builder.AddParameter("instance-key", new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true, persist: true);

var postgres = builder.AddPostgres("postgres").WithDataVolume();
var broker = builder.AddRabbitMQ("broker").WithDataVolume().WithManagementPlugin();

// A service waits for its own database ({name}-db) and for nothing else: it must serve while the broker is away. It knows the
// addresses of those services whose event feed it reads.
var participants = Service("participants", "Participants");
var actionPlans = Service("action-plans", "ActionPlans").WithReference(participants);
var transparency = Service("transparency", "Transparency").WithReference(participants).WithReference(actionPlans);
var notifications = Service("notifications", "Notifications").WithReference(participants).WithReference(actionPlans);
// It reads from the others only that they have forgotten a person.
participants.WithReference(actionPlans).WithReference(transparency).WithReference(notifications);

var portal = Web("portal", "Portal")
    .WithReference(participants).WithReference(actionPlans).WithReference(transparency).WithReference(notifications)
    .WithReplicas(replicas);

// The one address that people know.
var gateway = Web("gateway", "Gateway", port).WithExternalHttpEndpoints()
    .WithReference(participants).WithReference(actionPlans).WithReference(transparency).WithReference(notifications).WithReference(portal);
// The operator's page also asks the gateway how it is.
portal.WithEnvironment("services__gateway__http__0", gateway.GetEndpoint("http"));
// Who was erased, beside the databases, so that no restored backup brings them back. The native engine has a place for it in the instance's folder.
participants.WithEnvironment("OpenGov__ErasureLedger", Path.GetFullPath(builder.Configuration["ErasureLedger"] ?? Path.Combine("..", "..", "data", "erasures"), builder.AppHostDirectory));
participants.WithEnvironment("OpenGov__GatewayPort", gateway.GetEndpoint("http").Property(EndpointProperty.Port));

if (withMailCatcher)
{
    // Catches the sample's and the tests' mail and shows it on a page; nothing leaves the machine.
    var mailCatcher = builder.AddExecutable("mail-catcher", "node", "../../deploy/mail-catcher", "node_modules/maildev/bin/maildev")
        .WithEnvironment("MAILDEV_IP", "127.0.0.1").WithEnvironment("MAILDEV_WEB_IP", "127.0.0.1")
        .WithEndpoint(name: "smtp", scheme: "tcp", env: "MAILDEV_SMTP_PORT")
        .WithHttpEndpoint(env: "MAILDEV_WEB_PORT");
    notifications.WithEnvironment("OpenGov__SampleMailServer", mailCatcher.GetEndpoint("smtp").Property(EndpointProperty.HostAndPort));
}

builder.Build().Run();

IResourceBuilder<ProjectResource> Service(string name, string project)
{
    var database = postgres.AddDatabase($"{name}-db");
    return Web(name, project).WithReference(database).WaitFor(database).WithReference(broker).WithReplicas(replicas);
}

IResourceBuilder<ProjectResource> Web(string name, string project, int? port = null) =>
    builder.AddProject(name, $"../{project}/{project}.csproj")
        .WithHttpEndpoint(port).WithHttpHealthCheck("/health").WithEnvironment("OpenGov__InstanceKey", instanceKey);
