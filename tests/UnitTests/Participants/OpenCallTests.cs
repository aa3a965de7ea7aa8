using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Registrations;

namespace OpenGov.UnitTests.Participants;

public sealed class OpenCallTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Staff = Guid.CreateVersion7();
    private static readonly ProfileParameters Rules = new();

    [Fact]
    public void SPEC_2_3_a_call_is_open_at_least_call_min_days_both_ends_counted()
    {
        Draft(closes: Today.AddDays(13)).Publish(1, Rules, Today, Now).Refusals.Single().ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("call_too_short"), refusal => refusal.Field.ShouldBe("closesOn"), refusal => refusal.Args.ShouldBe([15]));
        Draft(closes: Today.AddDays(14)).Publish(1, Rules, Today, Now).IsRefused.ShouldBeFalse();
        Draft(closes: Today.AddDays(14)).Publish(1, Rules with { CallMinDays = 16 }, Today, Now).IsRefused.ShouldBeTrue();
    }

    [Fact]
    public void Its_state_follows_from_its_dates()
    {
        var call = Draft(opens: Today.AddDays(2), closes: Today.AddDays(20));
        call.StateOn(Today).ShouldBe(CallState.Draft);
        call.Publish(1, Rules, Today, Now).IsRefused.ShouldBeFalse();
        (call.StateOn(Today), call.StateOn(Today.AddDays(2)), call.StateOn(Today.AddDays(20)), call.StateOn(Today.AddDays(21)))
            .ShouldBe((CallState.Announced, CallState.Open, CallState.Open, CallState.Closed));
    }

    [Fact]
    public void It_never_opens_in_the_past_nor_without_requirements()
    {
        Draft(opens: Today.AddDays(-1)).Publish(1, Rules, Today, Now).Refusals.Select(refusal => refusal.Code).ShouldBe(["call_opens_in_the_past"]);
        Draft(requirements: []).Publish(1, Rules, Today, Now).Refusals.Select(refusal => refusal.Code).ShouldBe(["call_without_requirements"]);
    }

    [Fact]
    public void SPEC_2_4_8_seats_of_civil_society_are_for_its_organisations_only()
    {
        var request = Request() with { Kind = CallKind.CivilSocietySeats, TakesPeople = false };
        OpenCall.Draft(request with { Sectors = [Sector.CivilSociety] }, Now).IsRefused.ShouldBeFalse();
        OpenCall.Draft(request with { Sectors = [Sector.CivilSociety, Sector.PublicBody] }, Now).Refusals.Single().Code.ShouldBe("call_for_seats_is_for_civil_society");
        OpenCall.Draft(request with { Sectors = [Sector.CivilSociety], TakesPeople = true }, Now).Refusals.Single().Code.ShouldBe("call_for_seats_is_for_civil_society");
        OpenCall.Draft(Request() with { Sectors = [], TakesPeople = false }, Now).Refusals.Single().Code.ShouldBe("call_for_nobody");
    }

    [Fact]
    public void What_is_wrong_with_a_draft_is_named_field_by_field() =>
        OpenCall.Draft(new CallRequest(null, "Hola", "Corta", ["", new string('x', 501)], Today, Today.AddDays(-1), Today.AddDays(-2), [Sector.PublicBody], null, null), Now).Refusals
            .Select(refusal => $"{refusal.Field} {refusal.Code}").ShouldBe(
                ["kind field_required", "title field_too_short", "description field_too_short", "requirements field_required", "requirements field_too_long",
                    "closesOn call_closes_before_it_opens", "resultsOn call_results_before_close"]);

    [Fact]
    public void A_published_call_is_amended_and_not_rewritten()
    {
        var call = Published();
        call.Rewrite(Request()).Refusals.Single().Code.ShouldBe("call_published");
        var amended = call.Amend(Amendment() with { Title = "Otro título", ClosesOn = call.ClosesOn.AddDays(5) }, 1, Staff, Today, Now).Value;
        amended.Kind.ShouldBe(AmendmentKind.Extension);
        amended.Changes.ShouldBe([new CallChange("title", "Una convocatoria", "Otro título"), new CallChange("closesOn", "2026-03-22", "2026-03-27")]);
        (call.Title, call.ClosesOn).ShouldBe(("Otro título", Today.AddDays(25)));
        call.Amend(Amendment() with { Description = "Una descripción que dice más que antes." }, 2, Staff, Today, Now).Value.Kind.ShouldBe(AmendmentKind.Correction);
    }

    [Fact]
    public void It_never_closes_earlier_and_asks_for_nothing_more_once_it_has_closed()
    {
        var call = Published();
        Code(call.Amend(Amendment() with { ClosesOn = call.ClosesOn.AddDays(-1) }, 1, Staff, Today, Now)).ShouldBe("call_never_closes_earlier");
        Code(call.Amend(Amendment(), 1, Staff, Today, Now)).ShouldBe("amendment_changes_nothing");
        Code(call.Amend(Amendment() with { Reason = null, Title = "Otro título" }, 1, Staff, Today, Now)).ShouldBe("field_required");
        var after = call.ClosesOn.AddDays(1);
        Code(call.Amend(Amendment() with { ClosesOn = after.AddDays(3) }, 1, Staff, after, Now)).ShouldBe("call_closed_is_not_extended");
        Code(call.Amend(Amendment() with { Requirements = ["Otro requisito"] }, 1, Staff, after, Now)).ShouldBe("call_closed_to_new_requirements");
        call.Amend(Amendment() with { Title = "Un título corregido" }, 1, Staff, after, Now).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_cancelled_call_takes_nothing_more()
    {
        var call = Published();
        call.Amend(Amendment() with { Cancel = true }, 1, Staff, Today, Now).Value.Kind.ShouldBe(AmendmentKind.Cancellation);
        call.StateOn(Today).ShouldBe(CallState.Cancelled);
        Code(call.Amend(Amendment() with { Title = "Otro título" }, 2, Staff, Today, Now)).ShouldBe("call_not_in_state");
        CallApplication.Submit(call, Staff, Standing.TakesPart, null, null, Guid.CreateVersion7(), Today, Now).Refusals.Single().Code.ShouldBe("call_not_open");
    }

    [Fact]
    public void Only_whom_it_calls_may_apply_and_only_while_it_is_open()
    {
        var call = Published();
        var notice = Guid.CreateVersion7();
        CallApplication.Submit(call, Staff, Standing.TakesPart, (Guid.CreateVersion7(), Sector.CivilSociety), null, notice, Today, Now).IsRefused.ShouldBeFalse();
        CallApplication.Submit(call, Staff, Standing.TakesPart, null, null, notice, Today, Now).IsRefused.ShouldBeFalse();
        CallApplication.Submit(call, Staff, Standing.TakesPart, (Guid.CreateVersion7(), Sector.PublicBody), null, notice, Today, Now).Refusals.Single().Code.ShouldBe("call_not_for_applicant");
        CallApplication.Submit(call, Staff, Standing.UnderReview, null, null, notice, Today, Now).Refusals.Single().Code.ShouldBe("application_registration_waits");
        CallApplication.Submit(call, Staff, Standing.Unregistered, null, null, notice, Today, Now).Refusals.Single().Code.ShouldBe("application_without_registration");
        CallApplication.Submit(call, Staff, Standing.UnderReview, (Guid.CreateVersion7(), Sector.CivilSociety), null, notice, Today, Now).IsRefused.ShouldBeFalse("a mandate speaks for itself");
        CallApplication.Submit(call, Staff, Standing.TakesPart, null, null, notice, call.ClosesOn.AddDays(1), Now).Refusals.Single().Code.ShouldBe("call_not_open");
    }

    [Fact]
    public void A_refusal_says_why_and_a_decision_is_changed_only_with_a_reason()
    {
        var call = Published();
        var application = CallApplication.Submit(call, Staff, Standing.TakesPart, null, "Vivo aquí.", Guid.CreateVersion7(), Today, Now).Value;
        application.Decide(call, false, " ", Staff, Today, Now).Refusals.Single().Code.ShouldBe("field_required");
        application.Decide(call, null, "Razón suficiente", Staff, Today, Now).Refusals.Single().Field.ShouldBe("accepted");
        application.Decide(call, true, null, Staff, Today, Now).IsRefused.ShouldBeFalse();
        application.Decide(call, true, null, Staff, Today, Now).Refusals.Single().Field.ShouldBe("reason");
        application.Decide(call, false, "Le faltaba un requisito", Staff, Today, Now).IsRefused.ShouldBeFalse();
        application.State.ShouldBe(ApplicationState.Refused);
        application.Withdraw(call, Today, Now).IsRefused.ShouldBeFalse();
        application.Decide(call, true, "Demasiado tarde", Staff, Today, Now).Refusals.Single().Code.ShouldBe("application_not_in_state");
    }

    [Fact]
    public void What_is_missing_is_asked_for_once_in_business_days_and_nothing_is_decided_while_the_term_runs()
    {
        var call = Published();
        // Monday 16 March is a holiday: three business days after Thursday 12 end on Wednesday 18.
        var (calendar, thursday, due) = (new BusinessCalendar([new(2026, 3, 16)]), new DateOnly(2026, 3, 12), new DateOnly(2026, 3, 18));
        var application = CallApplication.Submit(call, Staff, Standing.TakesPart, null, "Vivo aquí.", Guid.CreateVersion7(), Today, Now).Value;
        application.Prevent(call, " ", 21, calendar, thursday).Refusals.Select(refusal => $"{refusal.Field} {refusal.Code}").ShouldBe(["reason field_required", "days number_out_of_range"]);
        application.Prevent(call, "Falta el comprobante", null, calendar, thursday).Refusals.Single().Field.ShouldBe("days");
        application.Complete(call, "Aquí está", thursday).Refusals.Single().Code.ShouldBe("application_not_in_state");
        application.Prevent(call, "Falta el comprobante", 3, calendar, thursday).IsRefused.ShouldBeFalse();
        (application.State, application.CompletionDue).ShouldBe((ApplicationState.Prevented, due));
        application.Prevent(call, "Falta otra cosa", 3, calendar, thursday).Refusals.Single().Code.ShouldBe("application_prevented_before");
        application.Decide(call, true, null, Staff, due, Now).Refusals.Single().Code.ShouldBe("application_being_completed");
        application.Complete(call, " ", due).Refusals.Single().Field.ShouldBe("text");
        application.Complete(call, "Aquí está", due).IsRefused.ShouldBeFalse();
        (application.State, application.CompletedOn).ShouldBe((ApplicationState.Submitted, due));
        application.Complete(call, "Y esto también", due).Refusals.Single().Code.ShouldBe("application_not_in_state");
        application.Prevent(call, "Falta otra cosa", 3, calendar, due).Refusals.Single().Code.ShouldBe("application_prevented_before");
        application.Decide(call, true, null, Staff, due, Now).IsRefused.ShouldBeFalse("it is a first decision, which needs no reason");
    }

    [Fact]
    public void What_does_not_come_in_time_is_judged_as_it_is_and_a_decided_application_is_not_prevented()
    {
        var call = Published();
        var calendar = new BusinessCalendar([]);
        var application = CallApplication.Submit(call, Staff, Standing.TakesPart, null, "Vivo aquí.", Guid.CreateVersion7(), Today, Now).Value;
        application.Prevent(call, "Falta el comprobante", 1, calendar, Today).IsRefused.ShouldBeFalse();
        application.Complete(call, "Tarde", Today.AddDays(2)).Refusals.Single().ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("application_completion_late"), refusal => refusal.Args.ShouldBe([Today.AddDays(1)]));
        application.Decide(call, false, "No llegó el comprobante", Staff, Today.AddDays(2), Now).IsRefused.ShouldBeFalse();
        application.Complete(call, "Tarde", Today.AddDays(2)).Refusals.Single().Code.ShouldBe("application_not_in_state");

        var decided = CallApplication.Submit(call, Staff, Standing.TakesPart, null, null, Guid.CreateVersion7(), Today, Now).Value;
        decided.Decide(call, true, null, Staff, Today, Now).IsRefused.ShouldBeFalse();
        decided.Prevent(call, "Falta el comprobante", 5, calendar, Today).Refusals.Single().Code.ShouldBe("application_not_in_state");
        var withdrawn = CallApplication.Submit(call, Staff, Standing.TakesPart, null, null, Guid.CreateVersion7(), Today, Now).Value;
        withdrawn.Prevent(call, "Falta el comprobante", 5, calendar, Today).IsRefused.ShouldBeFalse();
        withdrawn.Withdraw(call, Today, Now).IsRefused.ShouldBeFalse();
        withdrawn.Complete(call, "Aquí está", Today).Refusals.Single().Code.ShouldBe("application_not_in_state");
    }

    [Fact]
    public void Results_come_after_the_close_and_leave_nobody_without_a_decision()
    {
        var call = Published();
        var after = call.ClosesOn.AddDays(1);
        call.Resolve(null, 0, call.ClosesOn, Now).Refusals.Single().Code.ShouldBe("call_not_in_state");
        call.Resolve(null, 2, after, Now).Refusals.Single().Code.ShouldBe("applications_wait");
        call.Resolve("Según los requisitos", 0, after, Now).IsRefused.ShouldBeFalse();
        call.StateOn(after).ShouldBe(CallState.Resolved);
        call.Resolve(null, 0, after, Now).Refusals.Single().Code.ShouldBe("call_not_in_state");
    }

    [Fact]
    public void A_requirement_that_a_document_shows_is_a_requirement_and_is_asked_for_once()
    {
        var call = OpenCall.Draft(Request() with { Requirements = [], AskedDocuments = [new("Acta constitutiva", true), new("Carta", false)] }, Now).Value;
        call.Publish(1, Rules, Today, Now).IsRefused.ShouldBeFalse();
        call.AskedDocuments.Select(asked => (asked.Position, asked.Text, asked.Required)).ShouldBe([(1, "Acta constitutiva", true), (2, "Carta", false)]);
        Code(call.Amend(Amendment() with { AskedDocuments = [new("acta CONSTITUTIVA", true)] }, 1, Staff, Today, Now)).ShouldBe("call_asks_twice");
        Code(call.Amend(Amendment() with { AskedDocuments = [.. Enumerable.Range(0, 9).Select(number => new AskedDocumentRequest($"Papel {number}", true))] }, 1, Staff, Today, Now)).ShouldBe("items_too_many");
        call.Amend(Amendment() with { AskedDocuments = [new("Comprobante", true)] }, 1, Staff, Today, Now).Value.Changes.ShouldBe([new CallChange("requiredDocuments", null, "Comprobante")]);
        call.AskedDocuments.Count.ShouldBe(3);
    }

    [Fact]
    public void An_application_is_not_sent_without_what_is_required_and_each_that_is_missing_is_named()
    {
        var call = OpenCall.Draft(Request() with { AskedDocuments = [new("Acta constitutiva", true), new("Carta", false), new("Comprobante", true)] }, Now).Value;
        call.Publish(1, Rules, Today, Now).IsRefused.ShouldBeFalse();
        var draft = CallApplication.Begin(call, Staff, Standing.TakesPart, null, "Quiero.", Guid.CreateVersion7(), Today, Now).Value;
        draft.Send(call, Standing.TakesPart, Guid.CreateVersion7(), Today, Now).Refusals.Select(refusal => (refusal.Code, refusal.Field, refusal.Args[0])).ShouldBe(
            [("application_document_missing", $"documents.{call.AskedDocuments[0].Id}", "Acta constitutiva"), ("application_document_missing", $"documents.{call.AskedDocuments[2].Id}", "Comprobante")]);
        // Whoever takes part no more, or comes after the close, does not send it either.
        draft.Send(call, Standing.Unregistered, Guid.CreateVersion7(), Today, Now).Refusals.Single().Code.ShouldBe("application_without_registration");
        draft.Send(call, Standing.TakesPart, Guid.CreateVersion7(), call.ClosesOn.AddDays(1), Now).Refusals.Single().Code.ShouldBe("call_not_open");
        draft.Decide(call, true, null, Staff, Today, Now).Refusals.Single().Code.ShouldBe("application_not_in_state");
        draft.Withdraw(call, Today, Now).Refusals.Single().Code.ShouldBe("application_not_in_state");
    }

    private static string Code<T>(OpenGov.ServiceDefaults.Http.Result<T> result) => result.Refusals.Single().Code;

    private static AmendmentRequest Amendment() => new("Una razón pública", null, null, null, null, null, null, null);

    private static CallRequest Request() => new(
        CallKind.RegisterParticipants, "Una convocatoria", "Llama a participar en el ejercicio local.", ["Vivir en el estado"], Today, Today.AddDays(20), null, [Sector.CivilSociety], true, null);

    private static OpenCall Draft(DateOnly? opens = null, DateOnly? closes = null, string[]? requirements = null) =>
        OpenCall.Draft(Request() with { OpensOn = opens ?? Today, ClosesOn = closes ?? Today.AddDays(20), Requirements = requirements ?? ["Vivir en el estado"] }, Now).Value;

    private static OpenCall Published()
    {
        var call = Draft();
        call.Publish(1, Rules, Today, Now).IsRefused.ShouldBeFalse();
        return call;
    }
}
