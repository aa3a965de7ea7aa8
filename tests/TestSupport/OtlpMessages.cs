using System.Globalization;

namespace OpenGov.TestSupport;

/// <param name="TraceId">32 hexadecimal digits, lower case.</param>
/// <param name="SpanId">16 hexadecimal digits, lower case.</param>
/// <param name="ParentId">As <paramref name="SpanId"/>; empty for the first span of a trace.</param>
/// <param name="Service"><c>service.name</c> of the process.</param>
/// <param name="Kind">1 internal, 2 server, 3 client, 4 producer, 5 consumer.</param>
public sealed record OtlpSpan(
    string TraceId, string SpanId, string ParentId, string Name, string Service, string Source, int Kind, IReadOnlyDictionary<string, string> Attributes);

public sealed record OtlpLog(string TraceId, string SpanId, string Severity, string Body, string Service, string Category, IReadOnlyDictionary<string, string> Attributes);

public sealed record OtlpMetric(string Name, string Service, string Meter);

/// <summary>
/// Reads OTLP's export requests (opentelemetry-proto: trace/v1, logs/v1, metrics/v1). All three have one shape: resources,
/// in them scopes, in them the things themselves.
/// </summary>
internal static class OtlpMessages
{
    public static List<OtlpSpan> Spans(ReadOnlySpan<byte> request) => Read(request, Span);

    public static List<OtlpLog> Logs(ReadOnlySpan<byte> request) => Read(request, Log);

    public static List<OtlpMetric> Metrics(ReadOnlySpan<byte> request) => Read(request, Metric);

    private delegate T Item<out T>(ReadOnlySpan<byte> message, string service, string scope);

    private static List<T> Read<T>(ReadOnlySpan<byte> request, Item<T> item)
    {
        var all = new List<T>();
        var resources = new ProtobufReader(request);
        while (resources.Next())
        {
            if (resources.Field != 1)
                continue;
            var service = ServiceOf(resources.Bytes);
            var scopes = new ProtobufReader(resources.Bytes);
            while (scopes.Next())
            {
                if (scopes.Field != 2)
                    continue;
                var scope = NameOfScope(scopes.Bytes);
                var items = new ProtobufReader(scopes.Bytes);
                while (items.Next())
                {
                    if (items.Field == 2)
                        all.Add(item(items.Bytes, service, scope));
                }
            }
        }

        return all;
    }

    private static OtlpSpan Span(ReadOnlySpan<byte> message, string service, string scope)
    {
        var (trace, span, parent, name, kind) = ("", "", "", "", 0);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: trace = fields.Hex; break;
                case 2: span = fields.Hex; break;
                case 4: parent = fields.Hex; break;
                case 5: name = fields.Text; break;
                case 6: kind = (int)fields.Number; break;
                case 9: Attribute(fields.Bytes, attributes); break;
            }
        }

        return new OtlpSpan(trace, span, parent, name, service, scope, kind, attributes);
    }

    private static OtlpLog Log(ReadOnlySpan<byte> message, string service, string scope)
    {
        var (trace, span, severity, body) = ("", "", "", "");
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 3: severity = fields.Text; break;
                case 5: body = Value(fields.Bytes); break;
                case 6: Attribute(fields.Bytes, attributes); break;
                case 9: trace = fields.Hex; break;
                case 10: span = fields.Hex; break;
            }
        }

        return new OtlpLog(trace, span, severity, body, service, scope, attributes);
    }

    private static OtlpMetric Metric(ReadOnlySpan<byte> message, string service, string scope)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
                return new OtlpMetric(fields.Text, service, scope);
        }

        return new OtlpMetric("", service, scope);
    }

    private static string ServiceOf(ReadOnlySpan<byte> resourceAndScopes)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new ProtobufReader(resourceAndScopes);
        while (fields.Next())
        {
            if (fields.Field != 1)
                continue;
            var resource = new ProtobufReader(fields.Bytes);
            while (resource.Next())
            {
                if (resource.Field == 1)
                    Attribute(resource.Bytes, attributes);
            }
        }

        return attributes.GetValueOrDefault("service.name", "");
    }

    private static string NameOfScope(ReadOnlySpan<byte> scopeAndItems)
    {
        var fields = new ProtobufReader(scopeAndItems);
        while (fields.Next())
        {
            if (fields.Field != 1)
                continue;
            var scope = new ProtobufReader(fields.Bytes);
            while (scope.Next())
            {
                if (scope.Field == 1)
                    return scope.Text;
            }
        }

        return "";
    }

    private static void Attribute(ReadOnlySpan<byte> pair, Dictionary<string, string> attributes)
    {
        var (key, value) = ("", "");
        var fields = new ProtobufReader(pair);
        while (fields.Next())
        {
            if (fields.Field == 1)
                key = fields.Text;
            else if (fields.Field == 2)
                value = Value(fields.Bytes);
        }

        attributes[key] = value;
    }

    private static string Value(ReadOnlySpan<byte> any)
    {
        var field = new ProtobufReader(any);
        if (!field.Next())
            return "";
        return field.Field switch
        {
            1 => field.Text,
            2 => field.Number == 0 ? "false" : "true",
            3 => ((long)field.Number).ToString(CultureInfo.InvariantCulture),
            4 => BitConverter.UInt64BitsToDouble(field.Number).ToString("R", CultureInfo.InvariantCulture),
            _ => field.Text,
        };
    }
}
