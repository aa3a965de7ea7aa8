using System.Diagnostics;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Support;

/// <summary>The scripts of <c>deploy</c> that make, try and restore backups, run as a person runs them.</summary>
public static class BackupScripts
{
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var (code, output, errors) = await TryAsync(script, arguments);
        code.ShouldBe(0, errors);
        return output;
    }

    public static async Task<(int Code, string Output, string Errors)> TryAsync(string script, params string[] arguments)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", [Path.Combine(SourceTree.Root, "deploy", script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LANG"] = "es_MX.UTF-8", ["LC_ALL"] = "", ["LC_MESSAGES"] = "" },
        })!;
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await shell.WaitForExitAsync(limit.Token);
        return (shell.ExitCode, await output, await errors);
    }
}
