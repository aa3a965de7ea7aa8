using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>A description that a test can still change before it is built.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// Gives a test the system that an AppHost describes. As with Aspire, wanted ports are replaced by free ones unless
/// <c>DcpPublisher:RandomizePorts</c> is false; here the data folder too is a temporary one unless <c>Data</c> names another.
/// </summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>An empty description.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) =>
        new DistributedApplicationBuilder(args, appHost: null, isTest: true);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <param name="entryPoint">A type of the AppHost's assembly; <c>Projects.AppHost</c> is made for this.</param>
    /// <param name="args">The AppHost's command line.</param>
    /// <param name="cancellationToken">Ends the waiting for the description.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        new EntryPointRun(entryPoint.Assembly, args).DescribeAsync(cancellationToken);
}

/// <summary>Runs AppHost.cs up to its <c>Build()</c>, where the test takes over; what follows it in the file is not run.</summary>
internal sealed class EntryPointRun(Assembly appHost, string[] args)
{
    private static readonly AsyncLocal<EntryPointRun?> CurrentRun = new();
    private readonly TaskCompletionSource<IDistributedApplicationTestingBuilder> _described =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointRun? Current => CurrentRun.Value;

    public DistributedApplicationBuilder CreateBuilder(string[] arguments) =>
        new(arguments, appHost, isTest: true, build: HandOver);

    public Task<IDistributedApplicationTestingBuilder> DescribeAsync(CancellationToken cancellationToken)
    {
        var main = appHost.EntryPoint ?? throw new InvalidOperationException($"{appHost.GetName().Name} is no program.");
        _ = Task.Run(() =>
        {
            CurrentRun.Value = this;
            try
            {
                main.Invoke(null, main.GetParameters().Length == 0 ? null : [args]);
                throw new InvalidOperationException($"{appHost.GetName().Name} ended without building an application.");
            }
            catch (Exception e)
            {
                _described.TrySetException(e is TargetInvocationException { InnerException: { } inner } ? inner : e);
            }
        }, CancellationToken.None);
        return _described.Task.WaitAsync(cancellationToken);
    }

    private DistributedApplication HandOver(DistributedApplicationBuilder builder)
    {
        // The entry point's own call ends here; the test's comes later, without a current run.
        if (Current is null)
            return new DistributedApplication(builder);
        _described.SetResult(builder);
        throw new HostAbortedException();
    }
}
