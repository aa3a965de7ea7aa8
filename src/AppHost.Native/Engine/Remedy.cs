namespace OpenGov.AppHost.Native;

/// <summary>What helps against the failures that people meet, told by what the failing program said.</summary>
internal static class Remedy
{
    public static string For(string said, string log)
    {
        bool Says(params ReadOnlySpan<string> signs)
        {
            foreach (var sign in signs)
            {
                if (said.Contains(sign, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
            return false;
        }

        if (Says("address already in use", "eaddrinuse"))
            return Messages.RemedyPort();
        if (Says("no space left", "enospc", "disk full"))
            return Messages.RemedyDisk();
        if (Says("cannot allocate memory", "out of memory", "enomem", "OutOfMemoryException"))
            return Messages.RemedyMemory();
        return Says("permission denied", "eacces", "UnauthorizedAccess") ? Messages.RemedyPermission() : Messages.RemedyLog(log);
    }
}
