using OpenGov.Portal.Http;

namespace OpenGov.Portal.Notices;

internal static class NoticePages
{
    public static void MapNotices(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/avisos").WithMetadata(new PersonalPage());
        group.MapGet("/seguir/{identifier}", Follow.ShowAsync);
        group.MapPost("/seguir/{identifier}", Follow.HandleAsync);
        group.MapGet("/seguir/{identifier}/enviado", Follow.ShowSentAsync);
        group.MapGet("/confirmar/{token}", Confirm.ShowAsync);
        group.MapPost("/confirmar/{token}", Confirm.HandleAsync);
        group.MapGet("/baja/{token}", Unfollow.ShowAsync);
        group.MapPost("/baja/{token}", Unfollow.HandleAsync);
    }
}
