using System.IO.Compression;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Portal.Operation;

/// <summary>
/// What whoever helps from afar needs to know, in one file that may be sent by mail: no person, no credential. Reasons of orders are
/// free text and accounts are people, so both stay out; every text passes <see cref="SafeText"/> once more.
/// </summary>
internal static class DownloadDiagnosis
{
    private static readonly JsonSerializerOptions Json = new(ContractsJson.Options) { WriteIndented = true };

    public static async Task<IResult> HandleAsync(HttpContext http, OperationDesk desk)
    {
        var system = await desk.AskAsync(http);
        if (await ShowOperation.RefusalAsync(http, desk, system) is { } refusal)
            return refusal;
        var name = $"diagnostico-{system.At:yyyyMMdd-HHmmss}.zip";
        return TypedResults.File(Zip(system, Findings.Of(system)), "application/zip", name);
    }

    internal static byte[] Zip(SystemView system, IReadOnlyList<Finding> findings)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "resumen.json", new
            {
                at = system.At,
                findings = findings.Select(finding => new { severity = finding.Severity, finding.What, finding.Todo }),
                processes = system.Places.Select(place => new
                {
                    place.Service, address = place.Address?.ToString(), place.State, place.AwaySince, place.Process?.Version, place.Process?.StartedAt, place.Process?.MemoryBytes, place.Health,
                }),
                broker = new { version = system.BrokerVersion, queues = system.Queues },
            });
            var number = 0;
            foreach (var place in system.Places.Where(place => place.Process is not null))
            {
                Write(zip, $"{place.Service}-{++number}.json", new
                {
                    place.Process,
                    place.Report?.Database,
                    place.Report?.Broker,
                    place.Report?.Log,
                    place.Report?.Copies,
                    place.Report?.Parked,
                    place.Report?.Broken,
                    commands = place.Report?.Commands?.Select(command => new
                    {
                        command.Id, command.Action, command.Owner, command.Sequence, command.MessageId, command.State, command.Done, command.Total,
                        failure = command.Failure is { } failure ? SafeText.Of(failure) : null, command.At, command.SeenAt,
                    }),
                    place.Report?.SchemaFiles,
                    place.Report?.Unknown,
                });
            }
        }

        return file.ToArray();
    }

    private static void Write(ZipArchive zip, string name, object content)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Optimal).Open());
        writer.Write(SafeText.WithoutAddresses(JsonSerializer.Serialize(content, Json)));
    }
}
