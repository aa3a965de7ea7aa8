using System.Globalization;

namespace OpenGov.ServiceTests.Transparency;

internal static class BulkRows
{
    /// <summary>SQL that makes many progress reports of about 600 bytes each.</summary>
    public static string Reports(int count) =>
        $"""
        insert into progress_reports
        select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, timestamptz '2026-01-01 00:00:00Z' + n * interval '61 seconds', '2026-Q1',
            'MX-MEX-PAL01', 'MX-MEX-PAL01-C' || lpad((n % 40)::text, 2, '0'), gen_random_uuid(), gen_random_uuid(), 'Actividad ' || n,
            'NOT_STARTED', case when n % 3 = 0 then 'COMPLETED' else 'IN_PROGRESS' end, repeat('Se publicó la minuta de la sesión, con su lista de asistencia. ', 3),
            'Secretaría de la Contraloría', case when n % 5 > 0 then gen_random_uuid() end, 1, array['LINK'], array['https://example.mx/' || n], array['Minuta'],
            array[''], array[''], array[''], 0, 1, 0, n % 101, 1, n % 101, true
        from generate_series(1, {count.ToString(CultureInfo.InvariantCulture)}) n;
        """;
}
