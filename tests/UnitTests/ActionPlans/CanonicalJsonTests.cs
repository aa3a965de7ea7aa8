using System.Text;
using System.Text.Json;
using OpenGov.ActionPlans.PlanFormat;

namespace OpenGov.UnitTests.ActionPlans;

/// <summary>The parts of RFC 8785 that our documents use: texts, whole numbers, literals, sorting.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void RFC_8785_3_2_2_the_text_of_the_example_is_escaped_as_ECMAScript_does() =>
        Canonical("""{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}""").ShouldBe("{\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");

    [Fact]
    public void RFC_8785_3_2_3_members_are_sorted_by_UTF_16_code_units() =>
        Canonical("""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew","1":"One","\ud83d\ude00":"Emoji","\u0080":"Control","\u00f6":"Latin"}""")
            .ShouldBe("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin\",\"€\":\"Euro Sign\",\"😀\":\"Emoji\",\"\ufb33\":\"Hebrew\"}");

    [Fact]
    public void RFC_8785_3_2_1_no_white_space_and_literals_as_they_are() =>
        Canonical(" { \"b\" : [ true , false , null , { } , [ ] ] , \"a\" : -0 } ").ShouldBe("""{"a":0,"b":[true,false,null,{},[]]}""");

    [Theory]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("-9007199254740992", "-9007199254740992")]
    public void Whole_numbers_up_to_2_to_the_53_are_written_as_they_are(string number, string expected) => Canonical(number).ShouldBe(expected);

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("1e400")]
    public void Numbers_that_would_need_ECMAScript_s_formatting_are_refused(string number) => Should.Throw<FormatException>(() => Canonical(number));

    [Fact]
    public void A_document_read_from_its_canonical_form_has_the_same_canonical_form()
    {
        var first = Canonical("""{"z":{"b":1,"a":["x",{"d":2,"c":"\u0001"}]},"a":"ñ"}""");
        Canonical(first).ShouldBe(first);
    }

    [Fact]
    public void The_hash_is_SHA_256_in_lower_case_hex() =>
        CanonicalJson.Hash("abc"u8).ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement));
    }
}
