using Microsoft.AspNetCore.Mvc;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Files;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

internal static class OpenCallsApi
{
    public static void AddOpenCalls(this IServiceCollection services) => services.AddScoped<CallReader>();

    public static void MapOpenCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/open-calls").WithTags("Open calls");
        calls.MapGet("", ReadOpenCalls.List).DependsOnStateOnly().WithSummary("Published calls, the latest first.");
        calls.MapGet("/{number:int}", ReadOpenCalls.One).DependsOnStateOnly().ProducesProblem(404).WithSummary("A published call with its documents, amendments and results.");
        calls.MapPost("/{number:int}/applications", Applications.Submit).RequireAuthorization().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .AddEndpointFilter<IdempotencyFilter>().WithSummary("Applies to an open call, for an organisation or for oneself.");

        calls.MapPost("/{number:int}/application-drafts", ApplicationDrafts.Begin).RequireAuthorization().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .AddEndpointFilter<IdempotencyFilter>().WithSummary("Begins an application as a draft, to which documents are attached before it is sent.");

        var own = api.MapGroup("/my/call-applications").WithTags("Open calls").NeverStored().RequireAuthorization().ProducesProblem(401);
        own.MapGet("", Applications.ListOwn).WithSummary("My applications and those of the organisations for which I act.");
        own.MapPost("/{id:guid}/withdrawal", Applications.Withdraw).ProducesProblem(404).ProducesProblem(409).WithSummary("Withdraws an application, until there are results.");
        own.MapPost("/{id:guid}/completion", Applications.Complete).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithSummary("Completes an application with what was asked for, until its day.");

        // Of who applied, and of the executive secretary where staff recorded it for a person who cannot sign in.
        var applications = api.MapGroup("/call-applications").WithTags("Open calls").NeverStored().RequireAuthorization().ProducesProblem(401).ProducesProblem(404);
        applications.MapGet("/{id:guid}", ApplicationDrafts.One).WithSummary("One application with its documents, and with what its call asks for.");
        applications.MapPut("/{id:guid}", ApplicationDrafts.Write).ProducesProblem(409).WithSummary("Writes the statement of a draft.");
        applications.MapDelete("/{id:guid}", ApplicationDrafts.Discard).ProducesProblem(409).WithSummary("Throws a draft away, with its documents.");
        applications.MapPost("/{id:guid}/submission", ApplicationDrafts.Send).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).WithSummary("Sends a draft; each required document that is missing is named.");
        // One chunk more than the limit, so that the handler and not the server says why.
        applications.MapPut("/{id:guid}/asked-documents/{askedId:guid}", ApplicationDocuments.Put).WithMetadata(new RequestSizeLimitAttribute(FilesApi.MaxBytes + (512 * 1024)))
            .ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422)
            .WithSummary("Attaches a document (raw bytes, at most 25 MB; PDF, PNG, JPEG, ODT or DOCX) for what the call asks for, in place of the one before.");
        applications.MapPost("/{id:guid}/documents", ApplicationDocuments.Add).WithMetadata(new RequestSizeLimitAttribute(FilesApi.MaxBytes + (512 * 1024)))
            .ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422)
            .WithSummary("Attaches another document (raw bytes, at most 25 MB) where something is missing.");
        applications.MapDelete("/{id:guid}/documents/{documentId:guid}", ApplicationDocuments.Remove).ProducesProblem(409).ProducesProblem(422).WithSummary("Takes back a document that was not sent yet.");
        applications.MapGet("/{id:guid}/documents/{documentId:guid}", ApplicationDocuments.Download).Produces<Stream>(200, "application/octet-stream")
            .WithSummary("A document, for who applied and for the executive secretary, whose look is written down.");

        var desk = api.MapGroup("/call-desk").WithTags("Open calls").NeverStored().RequireStaffOrElected(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        desk.MapGet("", ReadOpenCalls.Desk).WithSummary("Calls with drafts, the latest first.");
        desk.MapGet("/{id:guid}", ReadOpenCalls.DeskOne).ProducesProblem(404).WithSummary("One call, published or not.");
        desk.MapPost("", WriteOpenCalls.Draft).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Drafts a call.");
        Guarded(desk.MapPut("/{id:guid}", WriteOpenCalls.Rewrite)).WithSummary("Rewrites a draft; If-Match.");
        Guarded(desk.MapDelete("/{id:guid}", WriteOpenCalls.Discard)).WithSummary("Discards a draft; If-Match.");
        Guarded(desk.MapPost("/{id:guid}/publication", WriteOpenCalls.Publish)).WithSummary("Publishes a draft; If-Match.");
        Guarded(desk.MapPost("/{id:guid}/amendments", WriteOpenCalls.Amend)).WithSummary("Corrects, extends or cancels a published call, publicly and with a reason; If-Match.");
        Guarded(desk.MapPost("/{id:guid}/results", WriteOpenCalls.Resolve)).WithSummary("Publishes the results of a closed call; If-Match.");
        // SPEC §2.12: personal data of registrants are for the executive secretary only, and each look is written down.
        desk.MapGet("/{id:guid}/applications", Applications.List).RequireStaffOrElected(StaffRole.ExecutiveSecretary).ProducesProblem(404).WithSummary("Applications to a call; looks at people's are written down.");
        desk.MapPost("/{id:guid}/applications", Applications.Record).RequireStaffOrElected(StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .AddEndpointFilter<IdempotencyFilter>().WithSummary("Records the application of a person who cannot sign in.");
        desk.MapPost("/{id:guid}/application-drafts", ApplicationDrafts.Record).RequireStaffOrElected(StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .AddEndpointFilter<IdempotencyFilter>().WithSummary("Begins the application of a person who cannot sign in, to attach documents to it.");
        Guarded(desk.MapPost("/applications/{id:guid}/completion", Applications.CompleteRecorded).RequireStaffOrElected(StaffRole.ExecutiveSecretary)).WithSummary("Completes a recorded application for its person; If-Match.");
        Guarded(desk.MapPost("/applications/{id:guid}/withdrawal", Applications.WithdrawRecorded).RequireStaffOrElected(StaffRole.ExecutiveSecretary)).WithSummary("Withdraws a recorded application for its person; If-Match.");
        Guarded(desk.MapPost("/applications/{id:guid}/decision", Applications.Decide).RequireStaffOrElected(StaffRole.ExecutiveSecretary)).WithSummary("Accepts or refuses an application, with reasons; If-Match.");
        Guarded(desk.MapPost("/applications/{id:guid}/prevention", Applications.Prevent).RequireStaffOrElected(StaffRole.ExecutiveSecretary)).WithSummary("Asks for what an application lacks, once, until a day; If-Match.");
    }

    private static RouteHandlerBuilder Guarded(RouteHandlerBuilder endpoint) =>
        endpoint.ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
}
