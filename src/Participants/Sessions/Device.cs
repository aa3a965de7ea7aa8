using System.Runtime.InteropServices;

namespace OpenGov.Participants.Sessions;

public enum BrowserFamily { Chrome, Edge, Firefox, Opera, Safari, Samsung, Program, Other }

public enum OperatingSystemFamily { Android, ChromeOs, Ios, Linux, MacOs, Windows, Other }

/// <summary>What a sign-in came from, as coarse as its owner needs to recognise it: the browser's full text would be a fingerprint.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Device(BrowserFamily Browser, OperatingSystemFamily System)
{
    public static Device Of(HttpContext http) => Read(http.Request.Headers.UserAgent.ToString());

    public static Device Read(string userAgent)
    {
        bool Has(string part) => userAgent.Contains(part, StringComparison.Ordinal);
        // Each names those that it grew from, so the particular ones come first.
        var browser = Has("Edg") ? BrowserFamily.Edge
            : Has("OPR/") || Has("Opera") ? BrowserFamily.Opera
            : Has("SamsungBrowser") ? BrowserFamily.Samsung
            : Has("Firefox/") || Has("FxiOS") ? BrowserFamily.Firefox
            : Has("Chrome/") || Has("CriOS") || Has("Chromium/") ? BrowserFamily.Chrome
            : Has("Safari/") ? BrowserFamily.Safari
            : Has("Mozilla/") ? BrowserFamily.Other
            : BrowserFamily.Program;
        var system = Has("Android") ? OperatingSystemFamily.Android
            : Has("iPhone") || Has("iPad") ? OperatingSystemFamily.Ios
            : Has("CrOS") ? OperatingSystemFamily.ChromeOs
            : Has("Windows") ? OperatingSystemFamily.Windows
            : Has("Mac OS X") || Has("Macintosh") ? OperatingSystemFamily.MacOs
            : Has("Linux") || Has("X11") ? OperatingSystemFamily.Linux
            : OperatingSystemFamily.Other;
        return new Device(browser, system);
    }
}
