using Aspire.Hosting.ApplicationModel;

namespace OpenGov.AppHost.Native;

/// <summary>
/// RabbitMQ from Debian's packages as a plain process, small, with node name, port mapper and cookie of its own, so that several run
/// beside each other and beside the system's.
/// </summary>
internal sealed class RabbitMQRecipe(RabbitMQServerResource broker, Instance instance) : IRecipe
{
    public const string AccountName = "rabbitmq";
    public const string Package = "rabbitmq-server";

    // Debian's /usr/sbin/rabbitmq-server is a wrapper that changes to the system's own account and folders.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly Account? _account = Account.FirstOf(AccountName);
    private bool _wasPrepared;

    public Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        var home = instance.Subfolder(broker.Name, _account);
        var data = Path.Combine(home, "data");
        if (!broker.KeepsData && !_wasPrepared && Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        _wasPrepared = true;

        // Limits: one small machine. The write-ahead log of quorum queues takes 512 MB a file by default.
        List<string> settings =
        [
            $"listeners.tcp.1 = 127.0.0.1:{broker.PrimaryEndpoint.Port}",
            $"default_user = {RabbitMQServerResource.User}",
            $"default_pass = {broker.Password()}",
            "raft.wal_max_size_bytes = 33554432",
            "vm_memory_high_watermark.absolute = 384MB",
            "disk_free_limit.absolute = 128MB",
            "log.console = true",
            "log.console.level = info",
            "log.file = false",
        ];
        if (broker.HasManagement)
            settings.AddRange(["management.tcp.ip = 127.0.0.1", $"management.tcp.port = {broker.Endpoint("management").AllocatedPorts[0]}"]);

        string Own(string file, string text)
        {
            SecretStore.Write(Path.Combine(home, file), text, _account);
            return Path.Combine(home, file);
        }

        Own(".erlang.cookie", broker.Cookie());
        return Task.FromResult(new Command(Recipes.Require(Program, Package), [], home)
        {
            Account = _account,
            StopTimeout = TimeSpan.FromSeconds(40),
            Environment =
            {
                ["HOME"] = home,
                // Makes the start script become the server instead of staying in front of it; signals then reach the server.
                ["RUNNING_UNDER_SYSTEMD"] = "1",
                ["RABBITMQ_NODENAME"] = "opengov@localhost",
                ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
                ["RABBITMQ_CONFIG_FILE"] = Own("rabbitmq.conf", string.Join('\n', settings) + "\n"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(home, "advanced.config"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Own("enabled_plugins", broker.HasManagement ? "[rabbitmq_management].\n" : "[].\n"),
                ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(home, "config"),
                ["RABBITMQ_MNESIA_BASE"] = data,
                ["RABBITMQ_LOG_BASE"] = home,
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_PID_FILE"] = Path.Combine(home, "pid"),
                ["RABBITMQ_DIST_PORT"] = $"{broker.Endpoint("distribution").AllocatedPorts[0]}",
                ["ERL_EPMD_PORT"] = $"{broker.PortMapper.Endpoint("tcp").AllocatedPorts[0]}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_CRASH_DUMP_BYTES"] = "0",
                // Two schedulers that sleep when idle instead of spinning; distribution on loopback only.
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                    "+S 2:2 +SDcpu 2:2 +SDio 4 +Q 16384 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
            },
        });
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) =>
        Health.AmqpAsync(broker.PrimaryEndpoint.Port, cancellationToken);
}
