using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace OpenGov.SystemTests.Faults;

/// <summary>
/// Lets the wall clock of single processes jump while they run, by a library loaded before the C library that adds an offset to
/// <c>CLOCK_REALTIME</c>. The machine's own clock is everybody's and stays. Needs a C compiler.
/// </summary>
public sealed class SkewedClocks
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long long *ahead;
        static int (*real)(clockid_t, struct timespec *);

        __attribute__((constructor)) static void prepare(void)
        {
            char file[512];
            const char *folder = getenv("DRILL_CLOCKS");
            real = dlsym(RTLD_NEXT, "clock_gettime");
            if (!folder) return;
            snprintf(file, sizeof file, "%s/%d", folder, (int)getpid());
            int handle = open(file, O_RDWR | O_CREAT, 0666);
            if (handle < 0) return;
            if (ftruncate(handle, sizeof *ahead) == 0)
            {
                void *page = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, handle, 0);
                if (page != MAP_FAILED) ahead = page;
            }
            close(handle);
        }

        int clock_gettime(clockid_t clock, struct timespec *now)
        {
            int result = real(clock, now);
            if (result == 0 && clock == CLOCK_REALTIME && ahead) now->tv_sec += *ahead;
            return result;
        }
        """;

    private readonly string folder;

    private SkewedClocks(string folder, string? library)
    {
        this.folder = folder;
        if (library is not null)
            Environment = [("LD_PRELOAD", library), ("DRILL_CLOCKS", folder)];
    }

    /// <summary>For the processes whose clocks may jump.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; } = [];

    public static bool HasCompiler => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "cc")));

    public static SkewedClocks TryPrepare(string folder)
    {
        Directory.CreateDirectory(folder);
        var (source, library) = (Path.Combine(folder, "clock.c"), Path.Combine(folder, "clock.so"));
        File.WriteAllText(source, Source);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]) { UseShellExecute = false, RedirectStandardError = true })!;
            return new SkewedClocks(folder, compiler.WaitForExit(TimeSpan.FromSeconds(30)) && compiler.ExitCode == 0 ? library : null);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new SkewedClocks(folder, null);
        }
    }

    public void Set(int processId, TimeSpan ahead)
    {
        using var file = MemoryMappedFile.CreateFromFile(Path.Combine(folder, processId.ToString(CultureInfo.InvariantCulture)), FileMode.Open);
        using var view = file.CreateViewAccessor(0, sizeof(long));
        view.Write(0, (long)ahead.TotalSeconds);
    }
}
