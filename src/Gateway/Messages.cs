using System.Resources;

namespace OpenGov.Gateway;

/// <summary>This process's texts for people, by code: Spanish in <c>Messages.resx</c>, English in <c>Messages.en.resx</c>.</summary>
internal static class Messages
{
    public static readonly ResourceManager Resources = new("OpenGov.Gateway.Messages", typeof(Messages).Assembly);
}
