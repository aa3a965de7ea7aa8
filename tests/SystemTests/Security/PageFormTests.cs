using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenGov.SystemTests.Security;

/// <summary>What forms do with secrets that people type.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class PageFormTests(SecuredSystem system)
{
    [Fact]
    public async Task Password_fields_hide_what_is_typed_and_let_password_managers_work()
    {
        var invited = await system.SendAsync(system.Administrator, HttpMethod.Post, "/api/participants/v1/accounts", new JsonObject { ["email"] = $"formas-{Guid.NewGuid():N}@prueba.example", ["displayName"] = "Formas" });
        foreach (var (page, kind) in new[] { ("/cuenta/entrar", "current-password"), (new Uri(invited["invitationLink"]!.GetValue<string>()).AbsolutePath, "new-password") })
        {
            using var client = system.Client();
            var html = await client.GetStringAsync(new Uri(page, UriKind.Relative));
            var field = Regex.Match(html, "<input[^>]*name=\"password\"[^>]*>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Value;
            field.ShouldContain("type=\"password\"", Case.Sensitive, page);
            field.ShouldContain($"autocomplete=\"{kind}\"");
            field.ShouldNotContain("maxlength");
            field.ShouldNotContain("onpaste");
        }
    }
}
