using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Compression;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Gateway.Caching;

/// <summary>A process whose state the answer shows, and the version of it; null where it was not known when the answer was begun.</summary>
internal sealed record Source(ServiceVersion Of, string? Version);

/// <summary>The answer's bytes in one encoding.</summary>
internal sealed record Representation(byte[] Body, StringValues ETag, StringValues Encoding);

/// <summary>An answer as it is kept: whole, with the headers that every reader gets. Nothing in it changes.</summary>
internal sealed class CachedAnswer
{
    /// <summary>What the objects around an answer cost, generously.</summary>
    private const int Overhead = 1024;

    /// <summary>Bytes.</summary>
    internal const int QuicklyEncoded = 16 * 1024;

    private readonly Lock encoding = new();
    private readonly Representation identity;
    private readonly KeyValuePair<string, StringValues>[] headers;
    private readonly KeyValuePair<string, StringValues>[] headersUnchanged;
    private readonly StringValues contentType;
    private readonly StringValues cacheControl;
    private readonly StringValues vary;
    private readonly bool isCompressed;
    private volatile Representation? gzip;
    private volatile Representation? brotli;
    private volatile bool isUsed;

    /// <param name="headers">Complete but for what differs by encoding.</param>
    /// <param name="isCompressed">Callers that take it get it compressed.</param>
    /// <param name="begunAt">Timestamp of the process's clock before the first service was asked.</param>
    /// <param name="quarter">Of the wall clock at that time; null too near to its turn.</param>
    public CachedAnswer(
        RequestKey key, byte[] body, IEnumerable<KeyValuePair<string, StringValues>> headers, bool isCompressed, IReadOnlyList<Source> sources, long begunAt, long? quarter)
    {
        (Key, Sources, BegunAt, Quarter, this.isCompressed) = (key, [.. sources], begunAt, quarter, isCompressed);
        var rest = new List<KeyValuePair<string, StringValues>>();
        var etag = StringValues.Empty;
        foreach (var header in headers)
        {
            // Set through properties where the server has a place for them: a look-up less for each answer.
            if (Is(HeaderNames.ETag))
                etag = header.Value;
            else if (Is(HeaderNames.ContentType))
                contentType = header.Value;
            else if (Is(HeaderNames.CacheControl))
                cacheControl = header.Value;
            else if (Is(HeaderNames.Vary))
                vary = header.Value;
            else if (!Is(HeaderNames.ContentLength))
                rest.Add(header);
            bool Is(string name) => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase);
        }

        if (isCompressed && !vary.Any(name => name!.Contains(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase)))
            vary = StringValues.Concat(vary, HeaderNames.AcceptEncoding);
        if (vary.Count > 1)
            vary = string.Join(", ", vary.AsEnumerable());
        this.headers = [.. rest];
        headersUnchanged = [.. rest.Where(header => IsSentUnchanged(header.Key))];
        identity = new Representation(body, etag, StringValues.Empty);
        Size = Overhead + body.Length + (2 * (key.Target.Length + key.Host.Length)) + rest.Sum(header => 2 * (header.Key.Length + header.Value.Sum(value => value?.Length ?? 0)));
    }

    public RequestKey Key { get; }
    public Source[] Sources { get; }
    public long BegunAt { get; }
    public long? Quarter { get; }

    /// <summary>Bytes of memory; the store adds encodings as they are made.</summary>
    public long Size { get; set; }

    public ReadOnlyMemory<byte> Body => identity.Body;

    public StringValues ETag => identity.ETag;

    /// <summary>Whether somebody was given it since the last <see cref="Unmark"/>.</summary>
    public bool IsUsed => isUsed;

    public void Unmark() => isUsed = false;

    /// <summary>
    /// Whether <see cref="For"/> has next to nothing to do: the thread that serves all connections may. Brotli takes some 20 ms for the
    /// largest answer that is kept, half a millisecond for this much.
    /// </summary>
    public bool IsAtHand(Coding coding) =>
        !isCompressed || coding == Coding.Identity || identity.Body.Length <= QuicklyEncoded || (coding == Coding.Brotli ? brotli : gzip) is not null;

    /// <summary>The bytes for a caller; made when the first caller asks for the encoding.</summary>
    /// <param name="grown">How many bytes that took.</param>
    public Representation For(Coding coding, out long grown)
    {
        grown = 0;
        if (!isUsed)
            isUsed = true;
        if (!isCompressed || coding == Coding.Identity)
            return identity;
        if ((coding == Coding.Brotli ? brotli : gzip) is { } made)
            return made;
        lock (encoding)
        {
            if ((coding == Coding.Brotli ? brotli : gzip) is { } other)
                return other;
            var name = Encodings.NameOf(coding);
            var body = Encodings.Encode(identity.Body, coding);
            var etag = identity.ETag.ToString();
            var representation = new Representation(body, etag.EndsWith('"') ? $"{etag[..^1]};{name}\"" : identity.ETag, name);
            if (coding == Coding.Brotli)
                brotli = representation;
            else
                gzip = representation;
            grown = body.Length;
            return representation;
        }
    }

    public bool IsHeldBy(StringValues ifNoneMatch) => ifNoneMatch.Count > 0 && Held(ifNoneMatch, identity.ETag).Count > 0;

    /// <summary>The answer's headers and status; 304 where the caller has these bytes.</summary>
    /// <returns>Whether the body follows.</returns>
    public bool WriteHead(IHttpResponseFeature response, Representation representation, StringValues ifNoneMatch)
    {
        var to = response.Headers;
        var held = ifNoneMatch.Count > 0 ? Held(ifNoneMatch, representation.ETag) : StringValues.Empty;
        if (representation.ETag.Count > 0)
            to.ETag = held.Count > 0 ? held : representation.ETag;
        if (cacheControl.Count > 0)
            to.CacheControl = cacheControl;
        if (vary.Count > 0)
            to.Vary = vary;
        foreach (var (name, value) in held.Count > 0 ? headersUnchanged : headers)
            to[name] = value;
        if (held.Count > 0)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return false;
        }

        if (contentType.Count > 0)
            to.ContentType = contentType;
        if (representation.Encoding.Count > 0)
            to.ContentEncoding = representation.Encoding;
        to.ContentLength = representation.Body.Length;
        return true;
    }

    /// <summary>
    /// What a 304 repeats besides validator, <c>Cache-Control</c> and <c>Vary</c> (RFC 9110 §15.4.5), and what other sites' scripts need
    /// to be given it. The policies stand with the caller's copy, which they came with.
    /// </summary>
    private static bool IsSentUnchanged(string name) =>
        name.Equals(HeaderNames.ContentLocation, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Expires, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The validator among those of the caller that names this content, in whichever encoding the caller holds it: a 304 under
    /// another name would leave its copy without a valid one. Compared weakly, <c>*</c> is any (RFC 9110 §13.1.2).
    /// </summary>
    private StringValues Held(StringValues ifNoneMatch, StringValues etag)
    {
        if (etag.Count != 1)
            return StringValues.Empty;
        if (ifNoneMatch.Count == 1 && string.Equals(ifNoneMatch[0], etag[0], StringComparison.Ordinal))
            return etag;
        if (!EntityTagHeaderValue.TryParse(identity.ETag.ToString(), out var own) || !EntityTagHeaderValue.TryParseList([.. ifNoneMatch.OfType<string>()], out var known))
            return StringValues.Empty;
        foreach (var tag in known)
        {
            if (tag.Equals(EntityTagHeaderValue.Any))
                return etag;
            if (EncodedValidators.WithoutEncoding(tag.Tag.ToString()) == own.Tag.ToString())
                return tag.ToString();
        }

        return StringValues.Empty;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key.Target} ({Size} bytes)");
}
