using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;

namespace OpenGov.AppHost.Native;

/// <summary>What the engine tells the people who start the system: Spanish, or English where the machine is set to it.</summary>
internal static class Messages
{
    private static readonly ResourceManager Texts = new(typeof(Messages));

    public static string FolderBarred(string folder, string barrier) => Text([folder, barrier]);
    public static string FolderInUse(string folder) => Text([folder]);
    public static string PortInUse(int port, string resource) => Text([port, resource]);
    public static string ProgramMissing(string program, string package) => Text([program, package]);
    public static string ProjectNotBuilt(string resource, string folder, string configuration) => Text([resource, folder, configuration]);
    public static string CannotStart(string what, string log, string remedy) => Text([what, log, remedy]);
    public static string EndedWithCode(string process, int code) => Text([process, code]);
    public static string NeverHealthy(string process, double minutes) => Text([process, minutes]);
    public static string Hung(string process, double seconds) => Text([process, seconds]);
    public static string BackupTimeUnreadable(string text) => Text([text]);
    public static string BackupZoneUnknown(string name) => Text([name]);
    public static string BackupScript(string script, string backup) => Text([script, backup]);
    public static string BackupFailed(string problem) => Text([problem]);
    public static string BackupRemoved(string backup) => Text([backup]);
    public static string BackupsWithoutAll() => Text([]);
    public static string RemedyPort() => Text([]);
    public static string RemedyDisk() => Text([]);
    public static string RemedyMemory() => Text([]);
    public static string RemedyPermission() => Text([]);
    public static string RemedyLog(string file) => Text([file]);
    public static string Starting(string folder) => Text([folder]);
    public static string WaitingFor(string names) => Text([names]);
    public static string Ready(double seconds) => Text([seconds]);
    public static string StopHint() => Text([]);
    public static string Stopping() => Text([]);
    public static string Stopped() => Text([]);
    public static string CameBack(string process) => Text([process]);
    public static string Fell(string process, string state) => Text([process, state]);
    public static string ColumnResource() => Text([]);
    public static string ColumnState() => Text([]);
    public static string ColumnAddress() => Text([]);
    public static string ColumnProcess() => Text([]);

    /// <param name="state">A known state, or <c>Healthy</c> or <c>Unhealthy</c>.</param>
    public static string State(string state) => Text([], "State" + state);

    private static string Text(object[] arguments, [CallerMemberName] string key = "") =>
        string.Format(CultureInfo.CurrentCulture, Texts.GetString(key, CultureInfo.CurrentUICulture) ?? key, arguments);
}
