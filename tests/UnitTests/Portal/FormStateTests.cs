using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.UnitTests.Portal;

public sealed class FormStateTests
{
    [Theory]
    [InlineData("email", "email")]
    [InlineData("/guarantor/name", "guarantor.name")]
    [InlineData("subject.id", "subject.id")]
    [InlineData(null, null)]
    public void A_reason_of_a_service_stands_beside_its_field(string? field, string? expected)
    {
        var form = new FormState().Refuse(Refusal(new ProblemReason("field_required", field, "Este dato es obligatorio.")));
        var error = form.Errors.ShouldHaveSingleItem();
        error.Field.ShouldBe(expected);
        error.Text.ShouldBe("Este dato es obligatorio.");
    }

    [Fact]
    public void A_refusal_without_reasons_is_still_told() =>
        new FormState().Refuse(new Answer<Nothing>(409, null, null, new ServiceProblem("Ya existe.", null, "exists", null, null)))
            .Errors.ShouldHaveSingleItem().ShouldBe(new FieldError(null, "Ya existe."));

    [Theory]
    [InlineData("2026-03-14T09:30")]
    [InlineData("2026-03-14T09:30:00")]
    [InlineData("2026-03-14 09:30")]
    public void A_moment_is_read_on_the_clock_of_the_state_and_shown_as_it_was_typed(string typed)
    {
        var moment = new FormState().Set("at", typed).Moment("at");
        moment.ShouldBe(new DateTimeOffset(2026, 3, 14, 9, 30, 0, TimeSpan.FromHours(-6)));
        new FormState().SetMoment("at", moment).Value("at").ShouldBe("2026-03-14T09:30");
    }

    [Fact]
    public void A_text_that_is_no_moment_is_refused_beside_its_field_and_an_empty_one_is_none()
    {
        var form = new FormState().Set("at", "ayer en la tarde").Set("none", "");
        form.Moment("at").ShouldBeNull();
        form.Moment("none").ShouldBeNull();
        form.Errors.ShouldHaveSingleItem().Field.ShouldBe("at");
    }

    [Fact]
    public void The_key_of_a_rendering_stays_the_same()
    {
        var form = new FormState();
        form.Key.ShouldBe(form.Key);
        new FormState().Set(FormState.KeyField, "kept-key").Key.ShouldBe("kept-key");
    }

    [Theory]
    [InlineData("/compromisos/MX-MEX-PAL01-C01?a=b", "/compromisos/MX-MEX-PAL01-C01?a=b")]
    [InlineData("//evil.example", "/cuenta")]
    [InlineData("/\\evil.example", "/cuenta")]
    [InlineData("https://evil.example", "/cuenta")]
    [InlineData("/a\r\nSet-Cookie: x=y", "/cuenta")]
    [InlineData("", "/cuenta")]
    [InlineData(null, "/cuenta")]
    public void After_signing_in_nobody_is_sent_to_another_site(string? asked, string path) => ReturnPath.Safe(asked).ShouldBe(path);

    [Fact]
    public void What_was_typed_and_is_no_date_number_or_identifier_is_an_error_beside_its_field_and_not_nothing()
    {
        var form = new FormState().Set("dueOn", "31/03/2026").Set("supersedesId", "acuerdo 3").Set("days", "diez").Set("good", "2026-03-31").Set("ten", "10").Set("empty", " ");
        form.TypedDate("dueOn").ShouldBeNull();
        form.TypedId("supersedesId").ShouldBeNull();
        form.TypedNumber("days").ShouldBeNull();
        (form.TypedDate("good"), form.TypedDate("empty"), form.TypedId("empty")).ShouldBe((new DateOnly(2026, 3, 31), null, null));
        (form.TypedNumber("ten"), form.TypedNumber("empty")).ShouldBe((10, null));
        form.Errors.Select(error => error.Field).ShouldBe(["dueOn", "supersedesId", "days"]);
    }

    private static Answer<Nothing> Refusal(ProblemReason reason) =>
        new(422, null, null, new ServiceProblem("Hay datos por corregir.", null, "validation_failed", [reason], null));
}
