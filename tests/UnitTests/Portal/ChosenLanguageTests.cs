using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Portal.Layout;

namespace OpenGov.UnitTests.Portal;

public sealed class ChosenLanguageTests
{
    /// <summary>Over TLS the gateway takes cookies of ours only with the prefix that it gives to secure ones: any other is forgotten at once.</summary>
    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    [InlineData(null, false)]
    public void The_choice_is_remembered_by_a_cookie_as_secure_as_the_reader_s_connection(string? forwarded, bool isSecure)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddScoped<Visit>().BuildServiceProvider() };
        http.Request.QueryString = new QueryString("?lang=en");
        if (forwarded is not null)
            http.Request.Headers["X-Forwarded-Proto"] = forwarded;
        ChosenLanguage.Remember(http);
        var cookie = http.Response.Headers.SetCookie.ToString();
        cookie.ShouldStartWith("og_lang=en;");
        cookie.Contains("secure", StringComparison.OrdinalIgnoreCase).ShouldBe(isSecure);
        cookie.ShouldContain("path=/", Case.Insensitive, "as the prefix asks");
    }

    [Theory]
    [InlineData("?lang=fr")]
    [InlineData("")]
    public void What_is_no_choice_is_not_remembered(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        ChosenLanguage.Remember(http);
        http.Response.Headers.SetCookie.Count.ShouldBe(0);
    }
}
