using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenGov.Benchmarks.Harness;

namespace OpenGov.Benchmarks.Peers;

/// <summary>Debian's nginx as a plain process of ours: files with the very bytes that the gateway answers, and a proxy to the minimal endpoint.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly Process process;
    private readonly Uri address;

    private Nginx(Process process, Uri address) => (this.process, this.address) = (process, address);

    /// <param name="folder">Exists; everything it writes goes there.</param>
    /// <param name="files">What to serve: name, bytes, and the headers that belong to them.</param>
    /// <param name="behind">Where <c>/api/</c> is passed on to.</param>
    public static async Task<Nginx> StartAsync(string folder, IReadOnlyList<ServedFile> files, Uri behind)
    {
        var port = FreePort();
        foreach (var file in files)
            await File.WriteAllBytesAsync(Path.Combine(folder, file.Name), file.Content);
        var locations = files.Select(file =>
            $$"""
                    location = /{{file.Name}} { root {{folder}}; default_type "{{file.ContentType}}"; {{string.Join(' ', file.Headers.Select(header => $"add_header {header.Name} {Quoted(header.Value)};"))}} }
            """);
        var configuration =
            $$"""
            daemon off;
            worker_processes auto;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            events { worker_connections 1024; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=100;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                upstream endpoint { server {{behind.Host}}:{{behind.Port}}; keepalive 64; keepalive_requests 1000000000; }
                server {
                    listen 127.0.0.1:{{port}} backlog=1024;
            {{string.Join('\n', locations)}}
                    location /api/ { proxy_pass http://endpoint; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
            }
            """;
        var settings = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(settings, configuration);
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var started = Process.Start(new ProcessStartInfo(program, ["-p", folder, "-e", Path.Combine(folder, "error.log"), "-c", settings]))!;
        var origin = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient { BaseAddress = origin };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/", UriKind.Relative));
                return new Nginx(started, origin);
            }
            catch (HttpRequestException) when (attempt < 100 && !started.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public Uri At(string path) => new(address, path);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            // SIGTERM lets the master end its workers; a kill would leave them.
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        process.Dispose();
    }

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <param name="Headers">All that the gateway sends but those that every server makes itself.</param>
internal sealed record ServedFile(string Name, byte[] Content, string ContentType, IReadOnlyList<(string Name, string Value)> Headers);
