using System.Globalization;
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.AppHost.Native;

/// <summary>Starts the described resources as processes, in parallel as far as they allow, and stops them in the opposite order.</summary>
internal sealed class Orchestrator(
    Instance instance, IReadOnlyList<Resource> resources, bool wantedPortsAreFree, string bind, TimeSpan silenceLimit, BackupSettings backups,
    ResourceNotificationService notifications)
    : IAsyncDisposable
{
    private readonly List<SupervisedProcess> _processes = [];
    private readonly List<Task> _databases = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _backups = Task.CompletedTask;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<SupervisedProcess> Processes => _processes;

    /// <summary>Completes with the reason when a resource cannot start.</summary>
    public Task<Exception> Failed => _failed.Task;

    public Instance Instance => instance;

    public async Task StartAsync()
    {
        await instance.TakeAsync();
        GiveAddresses();
        foreach (var resource in resources.Where(r => r is not (ParameterResource or PostgresDatabaseResource)))
        {
            for (var replica = 0; replica < resource.Replicas; replica++)
            {
                var name = replica == 0 ? resource.Name : $"{resource.Name}-{replica + 1}";
                _processes.Add(new SupervisedProcess(name, resource, Recipes.For(resource, replica, instance), instance, notifications, Fail)
                {
                    Changed = () => Publish(resource),
                    SilenceLimit = silenceLimit,
                });
            }
        }
        foreach (var parameter in resources.OfType<ParameterResource>())
        {
            _ = parameter.Current;
            notifications.Publish(parameter, KnownResourceStates.Running, HealthStatus.Healthy);
        }
        _databases.AddRange(resources.OfType<PostgresDatabaseResource>().Select(CreateDatabaseAsync));
        foreach (var process in _processes)
            process.Start();
        WriteAddresses();
        if (resources.OfType<PostgresServerResource>().FirstOrDefault() is { } server && Directory.Exists(backups.Scripts))
            _backups = KeepBackupsAsync(server);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll([.. _databases, _backups]);
        foreach (var rank in _processes.GroupBy(p => Rank(p.Resource, [])).OrderByDescending(g => g.Key))
            await Task.WhenAll(rank.Select(p => p.StopAsync(CancellationToken.None)));
        DeleteAddresses();
    }

    public async ValueTask DisposeAsync()
    {
        if (instance.IsTemporary)
            await DropAsync();
        else
            await StopAsync();
        _processes.ForEach(p => p.Dispose());
        _stop.Dispose();
        instance.Dispose();
    }

    /// <summary>Everything at once: nobody will read the data again.</summary>
    private async Task DropAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll([.. _databases, _backups]);
        await Task.WhenAll(_processes.Select(p => p.DropAsync()));
        DeleteAddresses();
    }

    private void DeleteAddresses()
    {
        if (instance.IsTaken)
            File.Delete(AddressFile);
    }

    private string PortFile => Path.Combine(instance.Run, "ports");

    private string AddressFile => Path.Combine(instance.Run, "addresses");

    private void Fail(Exception reason)
    {
        notifications.Fail(reason);
        _failed.TrySetResult(reason);
    }

    private void GiveAddresses()
    {
        HashSet<int> taken = [];
        // What was once written down elsewhere, as the mail catcher's address in an instance's settings, holds at the next start too.
        var earlier = (File.Exists(PortFile) ? File.ReadAllLines(PortFile) : []).Select(line => line.Split(' '))
            .ToDictionary(line => line[0], line => int.Parse(line[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        List<string> given = [];
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Endpoints)
            {
                endpoint.BindAddress = endpoint.IsExternal ? bind : endpoint.BindAddress;
                for (var replica = 0; replica < resource.Replicas; replica++)
                {
                    var port = wantedPortsAreFree || replica > 0 ? null : endpoint.Port;
                    var address = IPAddress.TryParse(endpoint.BindAddress, out var parsed) ? parsed : IPAddress.Any;
                    if (port is { } wanted && !Ports.IsFree(address, wanted))
                        throw new DistributedApplicationException(Messages.PortInUse(wanted, resource.Name));
                    var name = $"{resource.Name}/{endpoint.Name}/{replica}";
                    port ??= Ports.Free(taken, earlier.GetValueOrDefault(name));
                    endpoint.AllocatedPorts.Add(port.Value);
                    taken.Add(port.Value);
                    given.Add($"{name} {port}");
                }
            }
        }
        File.WriteAllLines(PortFile, given);
        foreach (var server in resources.OfType<PostgresServerResource>())
        {
            var clients = resources.Where(r => r.Uses.OfType<PostgresDatabaseResource>().Any(d => d.Parent == server)).Sum(r => r.Replicas);
            server.DatabaseResources.ForEach(d => d.PoolSize = PostgresRecipe.PoolSize(clients));
        }
    }

    /// <summary>One line for each endpoint: resource, endpoint, address. Scripts read it.</summary>
    private void WriteAddresses() => File.WriteAllLines(AddressFile,
        from resource in resources
        from endpoint in resource.Endpoints
        from replica in Enumerable.Range(0, resource.Replicas)
        select $"{resource.Name} {endpoint.Name} {endpoint.Url(replica)}");

    private async Task CreateDatabaseAsync(PostgresDatabaseResource database)
    {
        try
        {
            notifications.Publish(database, KnownResourceStates.Waiting, null);
            await notifications.WaitForResourceHealthyAsync(database.Parent.Name, _stop.Token);
            while (!await PostgresRecipe.TryEnsureDatabaseAsync(database, _stop.Token))
                await Task.Delay(200, _stop.Token);
            notifications.Publish(database, KnownResourceStates.Running, HealthStatus.Healthy);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            notifications.Publish(database, KnownResourceStates.Exited, null);
        }
        catch (Exception e)
        {
            notifications.Publish(database, KnownResourceStates.FailedToStart, null);
            Fail(e);
        }
    }

    private async Task KeepBackupsAsync(PostgresServerResource server)
    {
        // Whoever owns a database makes its tables before it answers.
        var owners = resources.Where(r => r.Uses.OfType<PostgresDatabaseResource>().Any(d => d.Parent == server)).Prepend(server).ToArray();
        using var keeper = new BackupKeeper(
            backups, instance, stop => Task.WhenAll(owners.Select(r => notifications.WaitForResourceHealthyAsync(r.Name, stop))),
            stop => PostgresRecipe.DropLeftoversAsync(server, stop), TimeProvider.System);
        await keeper.RunAsync(_stop.Token);
    }

    private void Publish(Resource resource)
    {
        var replicas = _processes.Where(p => p.Resource == resource).ToArray();
        var worst = replicas.FirstOrDefault(p => p.State != KnownResourceStates.Running)
            ?? replicas.FirstOrDefault(p => p.Health != HealthStatus.Healthy) ?? replicas[0];
        notifications.Publish(resource, worst.State, worst.Health);
    }

    /// <summary>A resource ranks above all that it uses or waits for.</summary>
    private static int Rank(IResource resource, HashSet<IResource> seen) =>
        resource is Resource described && seen.Add(resource)
            ? 1 + described.Uses.Concat(described.WaitsFor).Select(r => Rank(r, [.. seen])).DefaultIfEmpty(0).Max()
            : 0;
}
