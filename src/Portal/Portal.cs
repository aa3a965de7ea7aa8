using System.Text.Encodings.Web;
using System.Text.Unicode;
using OpenGov.Portal.Account;
using OpenGov.Portal.Administration;
using OpenGov.Portal.Assets;
using OpenGov.Portal.Calls;
using OpenGov.Portal.Commitments;
using OpenGov.Portal.Data;
using OpenGov.Portal.Declarations;
using OpenGov.Portal.Directory;
using OpenGov.Portal.Elections;
using OpenGov.Portal.Errors;
using OpenGov.Portal.Groups;
using OpenGov.Portal.Home;
using OpenGov.Portal.Http;
using OpenGov.Portal.ImportedPlans;
using OpenGov.Portal.Instance;
using OpenGov.Portal.Layout;
using OpenGov.Portal.LegalProfile;
using OpenGov.Portal.Mechanisms;
using OpenGov.Portal.Minutes;
using OpenGov.Portal.Notices;
using OpenGov.Portal.Operation;
using OpenGov.Portal.Participate;
using OpenGov.Portal.Plans;
using OpenGov.Portal.Privacy;
using OpenGov.Portal.Secretariat;
using OpenGov.Portal.Setup;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Portal;

/// <summary>What makes a process the portal: its clients, its middleware in order, its pages.</summary>
internal static class Portal
{
    public static void AddPortal(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHttpContextAccessor();
        services.AddRazorComponents();

        // Spanish is written in UTF-8, not in character references: smaller pages, readable sources.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton<EmbeddedAssets>();
        services.AddSingleton<ServiceVersions>();
        services.AddSingleton<InstanceCache>();
        services.AddScoped<PageSources>();
        services.AddScoped<ServiceCaller>();
        services.AddScoped<ParticipantsApi>();
        services.AddScoped<ActionPlansApi>();
        services.AddScoped<TransparencyApi>();
        services.AddScoped<NotificationsApi>();
        services.AddScoped<PrivacyClient>();
        services.AddScoped<SecretariatClient>();
        services.AddScoped<MinutesClient>();
        services.AddScoped<ElectionsClient>();
        services.AddScoped<RegistrationClient>();
        services.AddScoped<CallsClient>();
        services.AddScoped<GroupsClient>();
        services.AddScoped<MechanismsClient>();
        services.AddScoped<DeclarationsClient>();
        services.AddScoped<DirectoryClient>();
        services.AddScoped<Visit>();
        services.AddOperation();
        services.Configure<RequestLocalizationOptions>(options => options.RequestCultureProviders = [new ChosenLanguage()]);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
    }

    public static void UsePortal(this WebApplication app)
    {
        app.UseMiddleware<ErrorPages>();
        app.UseMiddleware<RefuseCrossSiteWrites>();
        app.UseMiddleware<ConditionalPages>();
        app.UseMiddleware<VisitLoading>();
    }

    public static void MapPortal(this WebApplication app)
    {
        app.MapAssets();
        app.MapTheme();
        app.MapProcessReport();
        var pages = app.MapGroup("").DisableAntiforgery().ExcludeFromDescription().WithMetadata(PageMetadata.Page);
        pages.MapHome();
        pages.MapPlans();
        pages.MapCommitments();
        pages.MapImportedPlans();
        pages.MapData();
        pages.MapSetup();
        pages.MapAccount();
        pages.MapNotices();
        pages.MapPrivacy();
        pages.MapSecretariat();
        pages.MapElections();
        pages.MapGroups();
        pages.MapMechanisms();
        pages.MapParticipate();
        pages.MapDirectory();
        pages.MapAdministration();
        pages.MapLegalProfile();
        pages.MapCalls();
        pages.MapDeclarations();
        pages.MapOperation();
        // As a RequestDelegate: the generator would leave addresses that end like a file to nobody (dotnet/aspnetcore#65992).
        pages.MapFallback("{**path}", (HttpContext http) => Pages.NotFound(http).ExecuteAsync(http));
    }
}
