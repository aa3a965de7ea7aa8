using OpenGov.Participants.Http;
using OpenGov.Participants.Instances;
using OpenGov.Participants.States;

namespace OpenGov.UnitTests.Participants;

public sealed class InstanceRulesTests
{
    [Theory]
    [InlineData("#000000", 21.0)]
    [InlineData("#ffffff", 1.0)]
    [InlineData("#767676", 4.54)]
    [InlineData("#777777", 4.48)]
    [InlineData("#611232", 12.79)]
    public void Contrast_with_white_is_WCAGs(string colour, double ratio) => Theme.ContrastWithWhite(colour).ShouldBe(ratio, 0.01);

    [Theory]
    [InlineData("#767676", null)]
    [InlineData("#777777", "colour_contrast_too_low")]
    [InlineData("#FFF", "colour_invalid")]
    [InlineData("red", "colour_invalid")]
    [InlineData("#611232;}", "colour_invalid")]
    [InlineData("#611232\n", "colour_invalid")]
    [InlineData("", "field_required")]
    public void A_primary_colour_bears_white_text(string colour, string? code)
    {
        var fields = new Fields();
        Theme.Read(fields, new ThemeRequest(colour, "#ffcc00"));
        (fields.Refusals.SingleOrDefault()?.Code).ShouldBe(code);
    }

    [Theory]
    [InlineData("https://abierto.example.mx", "https://abierto.example.mx")]
    [InlineData("https://abierto.example.mx/", "https://abierto.example.mx")]
    [InlineData("HTTPS://Abierto.Example.MX:443", "https://abierto.example.mx")]
    [InlineData("https://abierto.example.mx:8443", "https://abierto.example.mx:8443")]
    [InlineData("https://niñez.example.mx", "https://xn--niez-hqa.example.mx")]
    [InlineData("http://localhost:8080", "http://localhost:8080")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    public void Public_addresses_are_origins(string given, string read)
    {
        var fields = new Fields();
        PublicAddress.Read(fields, given).ShouldBe(read);
        fields.AreRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://abierto.example.mx", "public_address_needs_https")]
    [InlineData("http://192.168.1.5", "public_address_needs_https")]
    [InlineData("ftp://localhost", "public_address_needs_https")]
    [InlineData("https://abierto.example.mx/portal", "public_address_invalid")]
    [InlineData("https://abierto.example.mx?x=1", "public_address_invalid")]
    [InlineData("https://abierto.example.mx#x", "public_address_invalid")]
    [InlineData("https://user:secret@abierto.example.mx", "public_address_invalid")]
    [InlineData("https://abierto.example.mx\\@evil.example", "public_address_invalid")]
    [InlineData("javascript:alert(1)", "public_address_invalid")]
    [InlineData("abierto.example.mx", "public_address_invalid")]
    [InlineData(" ", "field_required")]
    public void Anything_else_is_refused_with_its_reason(string given, string code)
    {
        var fields = new Fields();
        PublicAddress.Read(fields, given);
        fields.Refusals.Single().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("es-mx NAH maz", "es-MX nah maz")]
    [InlineData("es zh-hant-tw", "es zh-Hant-TW")]
    [InlineData("es-419", "es-419")]
    public void Language_tags_are_written_as_RFC_5646_does(string given, string read)
    {
        var fields = new Fields();
        string.Join(' ', LanguageTags.Read(fields, given.Split(' '))).ShouldBe(read);
        fields.AreRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData("nah", "languages_need_spanish")]
    [InlineData("es es", "languages_repeated")]
    [InlineData("es-MX ES-mx", "languages_repeated")]
    [InlineData("es x", "language_tag_invalid")]
    [InlineData("es español", "language_tag_invalid")]
    public void Languages_without_Spanish_or_form_are_refused(string given, string code)
    {
        var fields = new Fields();
        LanguageTags.Read(fields, given.Split(' '));
        fields.Refusals.Single().Code.ShouldBe(code);
    }

    [Fact]
    public void States_are_the_32_of_INEGI_in_its_order()
    {
        State.All.Select(state => state.CveEnt).ShouldBe(Enumerable.Range(1, 32).Select(code => code.ToString("00", null)));
        State.All.Select(state => state.Iso).Distinct().Count().ShouldBe(32);
        State.Find("08")!.Iso.ShouldBe("MX-CHH");
        State.Find("07")!.Iso.ShouldBe("MX-CHP");
        State.Find("8").ShouldBeNull();
        State.Find("33").ShouldBeNull();
    }

    [Fact]
    public void A_legal_day_begins_at_the_states_own_midnight()
    {
        var moment = new DateTimeOffset(2026, 1, 2, 6, 30, 0, TimeSpan.Zero);
        State.Find("15")!.Today(moment).ShouldBe(new DateOnly(2026, 1, 2));
        State.Find("02")!.Today(moment).ShouldBe(new DateOnly(2026, 1, 1));
        State.Find("23")!.Today(moment.AddHours(-1.2)).ShouldBe(new DateOnly(2026, 1, 2));
        State.Today(null, moment.AddHours(-1.2)).ShouldBe(new DateOnly(2026, 1, 1));
    }

    [Fact]
    public void A_logo_is_known_by_its_first_bytes()
    {
        InstanceLogo.Of(Guid.Empty, [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBPVP8 "u8]).Value.MediaType.ShouldBe("image/webp");
        InstanceLogo.Of(Guid.Empty, [.. "RIFF"u8, 1, 2, 3, 4, .. "WAVE"u8]).Refusals.Single().Code.ShouldBe("logo_type_unknown");
        InstanceLogo.Of(Guid.Empty, []).IsRefused.ShouldBeTrue();
        InstanceLogo.Of(Guid.Empty, [.. "GIF89a"u8]).IsRefused.ShouldBeTrue();
    }
}
