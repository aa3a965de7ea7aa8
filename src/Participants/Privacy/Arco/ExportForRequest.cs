using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <param name="Warrant">For the header <c>OpenGov-Export-Warrant</c> of every service's <c>/personal-data</c>; five minutes, for who asked for it.</param>
public sealed record ExportWarrantView(string Warrant);

/// <summary>What is kept of the person whose request for access or portability staff answer. Each look is written down.</summary>
public static class ExportForRequest
{
    /// <summary>The part of this service, the same as its person gets at <c>/my/personal-data</c>, as a file.</summary>
    public static async Task<Results<Ok<PersonalData>, ProblemHttpResult>> Handle(
        Guid id, HttpContext http, ParticipantsDb db, NpgsqlDataSource database, FileStore files, CancellationToken cancellationToken)
    {
        var asked = await AskedAsync(id, http, db, cancellationToken);
        if (asked.IsRefused)
            return http.Problem(asked);
        http.Response.GetTypedHeaders().ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"{asked.Value.Folio}.json" };
        return TypedResults.Ok(await OwnPersonalData.OfAsync(Owners.Participants, asked.Value.Person, addressHash: null, database, files, db.Now, cancellationToken));
    }

    /// <summary>For the parts of all services, each of which hands out its own.</summary>
    public static async Task<Results<Ok<ExportWarrantView>, ProblemHttpResult>> Warrant(Guid id, HttpContext http, ParticipantsDb db, InstanceKey key, CancellationToken cancellationToken)
    {
        var asked = await AskedAsync(id, http, db, cancellationToken);
        return asked.IsRefused
            ? http.Problem(asked)
            : TypedResults.Ok(new ExportWarrantView(ExportWarrant.Give(key, http.RequireAccount().AccountId, asked.Value.Person, asked.Value.Address, db.Now)));
    }

    private static async Task<Result<(string Folio, Guid Person, string Address)>> AskedAsync(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var request = await db.ArcoRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (request is null)
            return Refusal.NotFound();
        if (!request.AsksForData)
            return Refusal.Conflict("arco_asks_for_no_data");
        var address = await db.Accounts.Where(row => row.Id == request.PersonId && row.ErasedAt == null).Select(row => row.Email!).SingleOrDefaultAsync(cancellationToken);
        if (address is null)
            return Refusal.Conflict("arco_asks_for_no_data");
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.PersonalDataExport, request.Id, request.PersonId);
        await db.SaveChangesAsync(cancellationToken);
        return (request.Folio, request.PersonId!.Value, address);
    }
}
