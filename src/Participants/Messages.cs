using System.Resources;

namespace OpenGov.Participants;

/// <summary>This service's texts for people, by code: Spanish in <c>Messages.resx</c>, English in <c>Messages.en.resx</c>.</summary>
internal static class Messages
{
    public static readonly ResourceManager Resources = new("OpenGov.Participants.Messages", typeof(Messages).Assembly);
}
