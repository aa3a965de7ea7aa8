using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// An object of each kind that operations name in their path, made once for a system over its API: somebody else's and, where people own
/// such a thing, one of each caller's. Whatever takes a text for people has a hostile one (<see cref="Texts"/>).
/// </summary>
public sealed class KnownObjects
{
    private const string Participants = "/api/participants/v1";
    private const string Notifications = "/api/notifications/v1";

    /// <summary>Whoever has none of their own.</summary>
    private const string Others = "*";

    /// <summary>Services that keep copies of other services' facts, and so may meet one that they cannot apply.</summary>
    private static readonly string[] Copying = ["action-plans", "transparency", "notifications"];

    private static int instances;
    private readonly SecuredSystem system;
    private readonly Caller? owner;
    private readonly int number = Interlocked.Increment(ref instances);
    private readonly Dictionary<string, string> somebodys = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Template, string Caller), string> own = [];

    private KnownObjects(SecuredSystem system, Caller? owner) => (this.system, this.owner) = (system, owner);

    /// <summary>The hostile texts that are in the objects.</summary>
    public Marks Texts { get; } = new();

    /// <summary>In force.</summary>
    public string Notice { get; private set; } = "";

    /// <summary>A call to which nobody of the callers has applied.</summary>
    public string OtherCall { get; private set; } = "";

    /// <summary>Address of a document that somebody sent.</summary>
    public string SentDocument { get; private set; } = "";

    /// <summary>What each person attached to their draft: attached again it changes nothing.</summary>
    public const string AttachedName = "acta.pdf";

    public static byte[] Attached => "%PDF-1.4 acta"u8.ToArray();

    /// <summary>Of the text that who signs the declaration has read.</summary>
    public string DeclarationHash { get; private set; } = "";

    /// <summary>For which nobody of the callers acts; on the roll of the election.</summary>
    public string OrganisationOfNobody { get; private set; } = "";

    /// <summary>Of all things that have one.</summary>
    public IReadOnlyList<string> Ids => [.. somebodys.Values.Concat(own.Values).Where(id => Guid.TryParse(id, out _)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>In the state of this instance, as its deadlines count.</summary>
    public static DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City")).DateTime);

    /// <param name="owner">Whose everything is that people own, and who finds it at every address; null for one of each caller's.</param>
    public static async Task<KnownObjects> MakeAsync(SecuredSystem system, Caller? owner = null)
    {
        var known = new KnownObjects(system, owner);
        await known.MakeAsync();
        return known;
    }

    /// <summary>The path with an object in each of its places; null where one is of a kind that is not known.</summary>
    /// <param name="whose">Null for somebody who is none of the callers.</param>
    public string? Fill(string path, Caller? whose)
    {
        whose ??= owner;
        var filled = new List<string>();
        var template = "";
        foreach (var segment in path.Split('/').Skip(1))
        {
            template += "/" + segment;
            if (!segment.StartsWith('{'))
                filled.Add(segment);
            else if (Find(path, template, whose) is { } id)
                filled.Add(id + segment[(segment.IndexOf('}', StringComparison.Ordinal) + 1)..]);
            else
                return null;
        }

        return "/" + string.Join('/', filled);
    }

    /// <summary>The organisation for which a caller votes in the election; somebody else's for whoever votes for none.</summary>
    public string VotesFor(Caller caller) => own.GetValueOrDefault(("votes for", caller.Name), own[("votes for", system.Liaison.Name)]);

    private string? Find(string path, string template, Caller? whose)
    {
        // Where the kind of the thing is not enough: its state matters to this operation.
        foreach (var key in new[] { $"{path}#{template}", template })
        {
            if (whose is not null && (own.TryGetValue((key, whose.Name), out var id) || own.TryGetValue((key, Others), out id)))
                return id;
            if (somebodys.TryGetValue(key, out id))
                return id;
        }

        return null;
    }

    private async Task MakeAsync()
    {
        var stranger = owner ?? await system.OpenAccountAsync("stranger", role: null);
        var people = owner is null ? new[] { system.Citizen, system.Administrator, system.Secretary, system.Operator, system.Liaison, system.OtherLiaison, stranger } : [stranger];
        Notice = await system.NoticeAsync();
        somebodys[$"{Participants}/privacy-notices/{{id}}"] = Notice;
        somebodys[$"{Participants}/my/consents/{{kind}}"] = "OTHER_CALLS";
        var organisations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, kind) in new[] { ("first", "CIVIL_SOCIETY_ORGANIZATION"), ("second", "CIVIL_SOCIETY_ORGANIZATION"), ("third", "CIVIL_SOCIETY_ORGANIZATION"), ("school", "ACADEMIC_INSTITUTION"), ("body", "EXECUTIVE") })
            organisations[name] = Id(await PostAsync(system.Office, $"{Participants}/organisations", Organisation(name, kind)));
        foreach (var known in (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/organisations?limit=200"))["items"]!.AsArray())
        {
            if (known!["acronym"]?.GetValue<string>() is "Infoem" or "SECOGEM")
                organisations[known["acronym"]!.GetValue<string>()] = Id(known);
        }

        var session = await SecretariatAsync(organisations);
        var mails = await AskForMailsAsync(stranger);
        await PersonsAsync(people, organisations);
        await CallsAsync(people);
        await DeclarationAsync(organisations);
        await AwarenessAndBreachesAsync();
        await OfStaffAsync(organisations);
        await ElectionAsync(organisations);
        foreach (var service in Copying)
            await MessagesInErrorAsync(service);
        await OpenSessionAsync(session);
        await LinksAsync(mails);
    }

    /// <summary>What people have of their own: registration, request, key; and a post and a mandate for staff to end.</summary>
    private async Task PersonsAsync(IReadOnlyList<Caller> people, Dictionary<string, string> organisations)
    {
        foreach (var person in people)
        {
            var registered = await PostAsync(person, $"{Participants}/my/registrations", new JsonObject { ["municipality"] = Text("registration.municipality", "Toluca", 90), ["privacyNoticeId"] = Notice });
            Keep(person, $"{Participants}/my/registrations/{{id}}", Id(registered));
            var asked = await PostAsync(person, $"{Participants}/my/arco-requests", new JsonObject { ["right"] = "ACCESS", ["description"] = Text("arco.description", "Quiero saber qué se guarda de mí.", 300), ["privacyNoticeId"] = Notice });
            Keep(person, $"{Participants}/my/arco-requests/{{id}}", Id(asked));
            var key = await PostAsync(person, $"{Participants}/account/api-keys", new JsonObject
            {
                ["name"] = Text("key.name", "Programa de prueba", 70),
                ["scopes"] = new JsonArray("action-plans:read"),
                ["days"] = 30,
                ["currentPassword"] = await system.PasswordOfAsync(person),
            });
            Keep(person, $"{Participants}/account/api-keys/{{id}}", Id(key));
        }

        var assisted = await PostAsync(system.Secretary, $"{Participants}/assisted-registrations", new JsonObject
        {
            ["displayName"] = Text("assisted.displayName", "Persona asistida", 100),
            ["municipality"] = Text("assisted.municipality", "Toluca", 90),
            ["contact"] = Text("assisted.contact", "55 1234 5678", 150),
            ["identityCheck"] = Text("assisted.identityCheck", "Mostró su credencial", 150),
            ["privacyNoticeId"] = Notice,
        });
        foreach (var path in new[] { "registrations/{id}", "registrations/{id}/consents/{kind}" })
            somebodys[$"{Participants}/{path}"] = path.EndsWith("{kind}", StringComparison.Ordinal) ? "OTHER_CALLS" : Id(assisted);
        var recorded = await PostAsync(system.Secretary, $"{Participants}/arco-requests", new JsonObject
        {
            ["right"] = "ACCESS",
            ["description"] = Text("recorded.description", "Pide saber qué se guarda de su persona.", 300),
            ["applicantName"] = Text("recorded.applicantName", "Persona solicitante", 150),
            ["applicantContact"] = Text("recorded.applicantContact", "Recoge la respuesta", 150),
            ["identityCheck"] = Text("recorded.identityCheck", "Mostró su credencial", 150),
            ["privacyNoticeId"] = Notice,
            ["personEmail"] = people[^1].Email,
        });
        somebodys[$"{Participants}/arco-requests/{{id}}"] = Id(recorded);

        var suspended = await system.OpenAccountAsync("suspended", role: null);
        foreach (var act in new[] { "password-reset", "suspension", "suspension/end", "sessions/end" })
            somebodys[$"{Participants}/accounts/{{id}}/{act}#{Participants}/accounts/{{id}}"] = suspended.AccountId!;
        var colleague = await system.OpenAccountAsync("colleague", role: null);
        var mandate = await PostAsync(system.Office, $"{Participants}/accounts/{colleague.AccountId}/mandates", new JsonObject { ["organisationId"] = organisations["Infoem"] });
        somebodys[$"{Participants}/my/organisations/{{id}}"] = organisations["Infoem"];
        somebodys[$"{Participants}/my/organisations/{{id}}/representatives/{{mandateId}}"] = Id(mandate);
    }

    private async Task CallsAsync(IReadOnlyList<Caller> people)
    {
        var file = await UploadAsync("convocatoria.txt");
        var published = await PublishedCallAsync("call", file);
        OtherCall = (await PublishedCallAsync("other call", document: null))["number"]!.ToString();
        var hidden = await UploadAsync("borrador.txt");
        var draft = await PostAsync(system.Office, $"{Participants}/call-desk", Call("draft", hidden));
        somebodys[$"{Participants}/files/{{id}}"] = file;
        somebodys[$"{Participants}/my/personal-data/files/{{id}}"] = file;
        somebodys[$"{Participants}/personal-data/files/{{id}}"] = file;
        // Nobody's until the call is published, also not its writer's at this address.
        own[($"{Participants}/files/{{id}}", Others)] = hidden;
        somebodys[$"{Participants}/open-calls/{{number}}"] = published["number"]!.ToString();
        somebodys[$"{Participants}/open-calls/{{number}}/applications#{Participants}/open-calls/{{number}}"] = OtherCall;
        somebodys[$"{Participants}/call-desk/{{id}}"] = Id(draft);
        somebodys[$"{Participants}/call-desk/{{id}}/applications#{Participants}/call-desk/{{id}}"] = Id(published);
        foreach (var person in people)
        {
            var applied = await PostAsync(person, $"{Participants}/open-calls/{published["number"]}/applications", new JsonObject { ["statement"] = Text("application.statement", "Quiero participar.", 300), ["privacyNoticeId"] = Notice });
            Keep(person, $"{Participants}/my/call-applications/{{id}}", Id(applied));
            await WriteAsync(system.Secretary, HttpMethod.Post, $"{Participants}/call-desk/applications/{Id(applied)}/prevention", new JsonObject { ["reason"] = Text("prevention.reason", "Falta decir por qué.", 300), ["days"] = 5 }, "\"1\"");
            somebodys[$"{Participants}/call-desk/applications/{{id}}"] = Id(applied);
        }

        await DocumentsAsync(people);
    }

    /// <summary>A call that asks for a document, and a draft of each that has it. Somebody's that was sent is the one whose document staff may have.</summary>
    private async Task DocumentsAsync(IReadOnlyList<Caller> people)
    {
        var asking = Call("asking call", document: null);
        asking["askedDocuments"] = new JsonArray(new JsonObject { ["text"] = Text("asked.text", "Acta constitutiva", 300), ["required"] = false });
        var (drafted, sent) = (await PublishedAsync(asking.DeepClone().AsObject()), await PublishedAsync(asking));
        somebodys[$"{Participants}/open-calls/{{number}}/application-drafts#{Participants}/open-calls/{{number}}"] = (await PublishedCallAsync("call for drafts", document: null))["number"]!.ToString();
        somebodys[$"{Participants}/call-desk/{{id}}/application-drafts#{Participants}/call-desk/{{id}}"] = Id(drafted);
        somebodys[$"{Participants}/call-applications/{{id}}/asked-documents/{{askedId}}"] = Id(drafted["askedDocuments"]![0]!);
        foreach (var person in people)
        {
            var (id, document) = await AttachedAsync(person, drafted);
            Keep(person, $"{Participants}/call-applications/{{id}}", id);
            Keep(person, $"{Participants}/call-applications/{{id}}/documents/{{documentId}}", document);
        }

        const string Download = $"{Participants}/call-applications/{{id}}/documents/{{documentId}}";
        var (reviewed, paper) = await AttachedAsync(people[^1], sent);
        await PostAsync(people[^1], $"{Participants}/call-applications/{reviewed}/submission", new JsonObject { ["privacyNoticeId"] = Notice });
        SentDocument = Download.Replace("{id}", reviewed, StringComparison.Ordinal).Replace("{documentId}", paper, StringComparison.Ordinal);
    }

    private async Task<(string Application, string Document)> AttachedAsync(Caller person, JsonNode call)
    {
        var begun = await PostAsync(person, $"{Participants}/open-calls/{call["number"]}/application-drafts", new JsonObject { ["statement"] = Text("draft.statement", "Adjunto mi documento.", 300), ["privacyNoticeId"] = Notice });
        var id = Id(begun["application"]!);
        var held = await system.SendAsync(person, HttpMethod.Put, $"{Participants}/call-applications/{id}/asked-documents/{Id(call["askedDocuments"]![0]!)}?fileName={AttachedName}", bytes: Attached);
        return (id, Id(held["application"]!["documents"]![0]!));
    }

    private async Task<JsonNode> PublishedCallAsync(string place, string? document)
    {
        return await PublishedAsync(Call(place, document));
    }

    private async Task<JsonNode> PublishedAsync(JsonObject call)
    {
        var draft = await PostAsync(system.Office, $"{Participants}/call-desk", call);
        return await WriteAsync(system.Office, HttpMethod.Post, $"{Participants}/call-desk/{Id(draft)}/publication", [], "\"1\"");
    }

    private JsonObject Call(string place, string? document) => new()
    {
        ["kind"] = "CONSULTATION_OR_TABLES",
        ["title"] = Text($"{place}.title", "Mesas de trabajo", 190),
        ["description"] = Text($"{place}.description", "Se convoca a quienes quieran trabajar en las mesas.", 400),
        ["requirements"] = new JsonArray(Text($"{place}.requirements", "Vivir en el estado", 190)),
        ["opensOn"] = Day(0),
        ["closesOn"] = Day(30),
        ["takesPeople"] = true,
        ["documents"] = document is null ? [] : new JsonArray(new JsonObject { ["fileId"] = document, ["title"] = Text($"{place}.document", "Bases", 190) }),
    };

    /// <summary>An exercise has one declaration. Two sign for the institutions of the liaisons, one for nobody's, and one has signed on paper.</summary>
    private async Task DeclarationAsync(Dictionary<string, string> organisations)
    {
        using (var client = system.Client())
        using (var asked = SecuredSystem.RequestOf(system.Office, HttpMethod.Get, $"{Participants}/declaration-desk"))
        using (var answer = await client.SendAsync(asked))
        {
            if (answer.IsSuccessStatusCode)
            {
                KeepDeclaration(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, organisations);
                return;
            }
        }

        var names = new[] { "first", "Infoem", "SECOGEM", "body" };
        var draft = await PostAsync(system.Office, $"{Participants}/declaration-desk", new JsonObject
        {
            ["title"] = Text("declaration.title", "Declaración conjunta", 190),
            ["text"] = Text("declaration.text", "Quienes firmamos nos comprometemos a trabajar por un gobierno abierto en el estado.", 400),
            ["place"] = Text("declaration.place", "Toluca", 190),
            ["signatories"] = new JsonArray([.. names.Select(name => new JsonObject { ["organisationId"] = organisations[name], ["post"] = Text("signatory.post", "Presidencia", 190) })]),
            ["documentId"] = await UploadAsync("declaratoria.txt"),
        });
        var signing = await WriteAsync(system.Office, HttpMethod.Post, $"{Participants}/declaration-desk/{Id(draft)}/opening", [], $"\"{draft["version"]}\"");
        var body = signing["signatories"]!.AsArray().Single(one => one!["organisationId"]!.GetValue<string>() == organisations["body"])!;
        await PostAsync(system.Office, $"{Participants}/declaration-desk/signatories/{Id(body)}/paper", new JsonObject { ["signedOn"] = Day(0), ["fileId"] = await UploadAsync("firma.txt") });
        KeepDeclaration(await system.SendAsync(system.Office, HttpMethod.Get, $"{Participants}/declaration-desk"), organisations);
    }

    private void KeepDeclaration(JsonNode declaration, Dictionary<string, string> organisations)
    {
        var signatories = declaration["signatories"]!.AsArray().Select(one => one!).ToList();
        string Of(string organisation) => Id(signatories.Single(one => one["organisationId"]!.GetValue<string>() == organisations[organisation]));
        var somebody = Id(signatories.Single(one => one["sector"]!.GetValue<string>() == "CIVIL_SOCIETY"));
        DeclarationHash = declaration["textSha256"]!.GetValue<string>();
        somebodys[$"{Participants}/declaration-desk/{{id}}"] = Id(declaration);
        somebodys[$"{Participants}/declaration-desk/signatories/{{id}}"] = somebody;
        somebodys[$"{Participants}/joint-declaration/signatures/{{id}}"] = somebody;
        own[($"{Participants}/joint-declaration/signatures/{{id}}", Others)] = Of("Infoem");
        own[($"{Participants}/joint-declaration/signatures/{{id}}", system.OtherLiaison.Name)] = Of("SECOGEM");
        somebodys[$"{Participants}/declaration-desk/papers/{{id}}"] = signatories.Select(one => one["paperId"]?.GetValue<string>()).OfType<string>().First();
    }

    private async Task AwarenessAndBreachesAsync()
    {
        var activity = await PostAsync(system.Office, $"{Participants}/awareness-activities", new JsonObject
        {
            ["topic"] = Text("awareness.topic", "Qué es el gobierno abierto", 190),
            ["description"] = Text("awareness.description", "Taller para quien quiera participar.", 400),
            ["heldOn"] = Day(20),
            ["place"] = Text("awareness.place", "Auditorio", 190),
        });
        somebodys[$"{Participants}/awareness-activities/{{id}}"] = Id(activity);
        var breach = await PostAsync(system.Administrator, $"{Participants}/breaches", new JsonObject
        {
            ["occurredOn"] = Day(-1),
            ["what"] = Text("breach.what", "Se perdió una hoja de registro.", 400),
            ["dataKinds"] = Text("breach.dataKinds", "Nombres", 400),
            ["peopleAffected"] = 3,
            ["measures"] = Text("breach.measures", "Se avisó a las personas.", 400),
        });
        somebodys[$"{Participants}/breaches/{{id}}"] = Id(breach);
    }

    /// <summary>Somebody else's secretariat is the sample's, which has held a session; the callers' own is a new one, in which they hold seats and offices.</summary>
    /// <returns>The session that is about to begin.</returns>
    private async Task<string> SecretariatAsync(Dictionary<string, string> organisations)
    {
        var made = await PostAsync(system.Office, $"{Participants}/secretariats", new JsonObject { ["name"] = Text("secretariat.name", "Secretariado de la matriz", 190) });
        var at = $"{Participants}/secretariats/{Id(made)}";
        var seats = new List<string>();
        foreach (var (sector, organisation, holder) in new[] { ("CIVIL_SOCIETY", "first", system.Citizen), ("PUBLIC_BODY", "SECOGEM", system.OtherLiaison), ("GUARANTOR", "Infoem", system.Liaison) })
        {
            var view = await PostAsync(system.Office, $"{at}/seats", new JsonObject { ["sector"] = sector });
            seats.Add(view["seats"]!.AsArray().Select(one => Id(one!)).Single(one => !seats.Contains(one)));
            await PostAsync(system.Office, $"{at}/seats/{seats[^1]}/holders", new JsonObject
            {
                ["role"] = "TITULAR",
                ["organisationId"] = organisations[organisation],
                ["accountId"] = holder.AccountId,
                ["access"] = sector == "CIVIL_SOCIETY" ? "ELECTION" : "APPOINTMENT",
                ["document"] = Text("holder.document", "Oficio 1/2026", 190),
                ["post"] = Text("holder.post", "Dirección General", 190),
            });
        }

        foreach (var (office, organisation, holder) in new[] { ("CHAIR", "Infoem", system.Liaison), ("EXECUTIVE_SECRETARY", "SECOGEM", system.OtherLiaison), ("FACILITATOR", "school", null) })
            await PostAsync(system.Office, $"{at}/offices", new JsonObject { ["office"] = office, ["organisationId"] = organisations[organisation], ["accountId"] = holder?.AccountId });
        await PostAsync(system.Office, $"{at}/mechanisms", Mechanism("mechanism"));
        await PostAsync(system.Office, $"{at}/declaration", new JsonObject
        {
            ["signedOn"] = "2020-01-15",
            ["signedBy"] = new JsonArray("CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"),
            ["document"] = Text("secretariat.declaration", "Declaración conjunta", 190),
        });
        await PostAsync(system.Office, $"{at}/installation", new JsonObject { ["place"] = Text("installation.place", "Toluca", 190) });
        own[($"{Participants}/secretariats/{{id}}", Others)] = Id(made);
        var seated = (await system.SendAsync(system.Office, HttpMethod.Get, at))["seats"]!.AsArray().Single(one => Id(one!) == seats[0])!;
        own[($"{Participants}/secretariats/{{id}}/seats/{{seatId}}", Others)] = Id(seated);
        own[($"{Participants}/secretariats/{{id}}/holders/{{holdingId}}", Others)] = Id(seated["titular"]!);
        var session = await PostAsync(system.Office, $"{at}/sessions", new JsonObject
        {
            ["kind"] = "ORDINARY",
            ["startsAt"] = DateTimeOffset.UtcNow.AddSeconds(10).ToString("O", CultureInfo.InvariantCulture),
            ["remote"] = true,
            ["place"] = Text("session.place", "Sala de sesiones", 190),
            ["agenda"] = new JsonArray(new JsonObject { ["title"] = Text("agenda.title", "Hoja de ruta", 190), ["matter"] = "GENERAL" }),
        });
        foreach (var member in new[] { system.Citizen, system.OtherLiaison, system.Liaison })
            await PostAsync(member, $"{Participants}/secretariat-sessions/{Id(session)}/my/attendance", new JsonObject { ["remote"] = true });
        await SampleSecretariatAsync();
        return Id(session);
    }

    private async Task SampleSecretariatAsync()
    {
        var sample = (await system.SendAsync(system.Office, HttpMethod.Get, $"{Participants}/secretariats"))["items"]!.AsArray().Select(one => one!).Single(one => one["name"]!.GetValue<string>() == "Secretariado Técnico Local del Estado de México");
        var at = $"{Participants}/secretariats/{Id(sample)}";
        var view = await system.SendAsync(system.Office, HttpMethod.Get, at);
        var seat = view["seats"]!.AsArray().First(one => one!["titular"] is not null)!;
        var sessions = (await system.SendAsync(system.Office, HttpMethod.Get, $"{at}/sessions"))["items"]!.AsArray().Select(one => one!).ToList();
        var held = Id(sessions.Single(one => one["state"]!.GetValue<string>() == "CLOSED"));
        var motion = (await system.SendAsync(system.Office, HttpMethod.Get, $"{Participants}/secretariat-sessions/{held}"))["motions"]![0]!;
        var convened = Id(sessions.First(one => one["state"]!.GetValue<string>() == "CONVENED"));
        var documents = (await PostAsync(system.Office, $"{Participants}/secretariat-sessions/{convened}/documents", new JsonObject { ["fileId"] = await UploadAsync("anexo.txt"), ["title"] = Text("document.title", "Anexo", 190) }))["documents"]!;
        var resolution = (await system.SendAsync(system.Office, HttpMethod.Get, $"{at}/resolutions"))["items"]![0]!;
        foreach (var (template, id) in new[]
                 {
                     ("secretariats/{id}", Id(sample)), ("secretariats/{id}/mechanisms/{number}", "1"), ("secretariats/{id}/seats/{seatId}", Id(seat)), ("secretariats/{id}/holders/{holdingId}", Id(seat["titular"]!)),
                     ("secretariat-sessions/{id}", held), ("secretariat-sessions/{id}/motions/{motionId}", Id(motion)), ("secretariat-sessions/{id}/minutes/versions/{number}", "1"),
                     ("secretariat-sessions/{id}/documents/{documentId}", Id(documents[0]!)), ("resolutions/{id}", Id(resolution)),
                 })
        {
            somebodys[$"{Participants}/{template}"] = id;
        }

        // Minutes are written at the end of a session; the own one goes on.
        own[($"{Participants}/secretariat-sessions/{{id}}/minutes/corrections#{Participants}/secretariat-sessions/{{id}}", Others)] = held;
        const string Removal = $"{Participants}/secretariat-sessions/{{id}}/documents/{{documentId}}/removal#{Participants}/secretariat-sessions/{{id}}";
        somebodys[Removal] = convened;
    }

    /// <summary>Things of the own secretariat, and a file to import, that only staff touch.</summary>
    private async Task OfStaffAsync(Dictionary<string, string> organisations)
    {
        var at = $"{Participants}/secretariats/{own[($"{Participants}/secretariats/{{id}}", Others)]}";
        var group = await PostAsync(system.Office, $"{at}/groups", new JsonObject
        {
            ["kind"] = "WORKING",
            ["name"] = Text("group.name", "Grupo de apertura municipal", 190),
            ["mandate"] = Text("group.mandate", "Propone cómo abrir los municipios.", 400),
            ["members"] = new JsonArray(
                new JsonObject { ["organisationId"] = organisations["first"], ["coordinates"] = true }, new JsonObject { ["organisationId"] = organisations["body"], ["coordinates"] = false }),
        });
        somebodys[$"{Participants}/working-groups/{{id}}"] = Id(group);
        somebodys[$"{Participants}/working-groups/{{id}}/members/{{memberId}}"] = Id(group["members"]![0]!);
        var proposal = Mechanism("proposal");
        proposal["decisions"] = "Mayoría de dos tercios.";
        somebodys[$"{Participants}/mechanism-proposals/{{id}}"] = Id(await PostAsync(system.Office, $"{at}/mechanism-proposals", proposal));
        var import = await system.SendAsync(system.Office, HttpMethod.Post, $"{Participants}/organisation-imports", bytes: System.Text.Encoding.UTF8.GetBytes($"nombre,clase\n\"=Matriz importada {Guid.NewGuid():N}\",CIVIL_SOCIETY_ORGANIZATION\n"));
        somebodys[$"{Participants}/organisation-imports/{{id}}"] = Id(import);
    }

    /// <summary>The call and the weeks until its results are written down, not waited for; the election on them is called over the API.</summary>
    private async Task ElectionAsync(Dictionary<string, string> organisations)
    {
        // Calls that are published later count on from it.
        var call = 1000 * number;
        await ExecuteAsync("participants", string.Create(CultureInfo.InvariantCulture, $"""
            insert into open_call (id, version, number, kind, title, description, requirements, opens_on, closes_on, sectors, takes_people, drafted_at, published_at, resolved_at)
            values (gen_random_uuid(), 1, {call}, 'CIVIL_SOCIETY_SEATS', 'Asientos de sociedad civil', 'Se convoca a las organizaciones.', array['Estar registrada'], '2026-01-01', '2026-01-31', array['CIVIL_SOCIETY'], false,
                '2025-12-01', '2025-12-15', '2026-02-10');
            insert into call_application (id, version, call_id, account_id, organisation_id, sector, privacy_notice_id, state, submitted_at, decided_at)
            select gen_random_uuid(), 1, (select id from open_call where number = {call}), '{system.Citizen.AccountId}', '{organisations["second"]}', 'CIVIL_SOCIETY', '{Notice}', 'ACCEPTED', '2026-01-10', '2026-02-01'
            """));
        foreach (var (caller, organisation) in new[] { (system.Liaison, "second"), (system.OtherLiaison, "third") })
        {
            await PostAsync(system.Office, $"{Participants}/accounts/{caller.AccountId}/mandates", new JsonObject { ["organisationId"] = organisations[organisation] });
            own[("votes for", caller.Name)] = organisations[organisation];
        }

        OrganisationOfNobody = organisations["first"];
        var at = $"{Participants}/secretariats/{own[($"{Participants}/secretariats/{{id}}", Others)]}";
        var seats = (await PostAsync(system.Office, $"{at}/seats", new JsonObject { ["sector"] = "CIVIL_SOCIETY" }))["seats"]!.AsArray();
        var vacant = Id(seats.Single(one => one!["sector"]!.GetValue<string>() == "CIVIL_SOCIETY" && one["titular"] is null)!);
        var election = await PostAsync(system.Office, $"{at}/elections", new JsonObject { ["callNumber"] = call, ["seatIds"] = new JsonArray(vacant), ["opensOn"] = Day(0), ["closesOn"] = Day(1) });
        somebodys[$"{Participants}/elections/{{id}}"] = Id(election);
    }

    /// <summary>A fact and a message that a service could not apply, given up already: nothing tries them again.</summary>
    private async Task MessagesInErrorAsync(string service)
    {
        var sequence = 900_000_000L + number;
        var message = Guid.CreateVersion7();
        await ExecuteAsync(service, string.Create(CultureInfo.InvariantCulture, $$"""
            insert into inbox_parked (owner, sequence, event_id, type, aggregate_id, event, reason, attempts, parked_at, set_aside_at)
            select 'participants', {{sequence}}, id, 'OpenGov.Contracts.Participants.V1.OrganisationRegisteredV1', id,
                jsonb_build_object('sequence', {{sequence}}, 'eventId', id, 'type', 'OpenGov.Contracts.Participants.V1.OrganisationRegisteredV1', 'aggregateId', id,
                    'aggregateVersion', 1, 'occurredAt', '2026-01-01T00:00:00Z', 'traceParent', null, 'payload', jsonb_build_object()), '<script>alert(1)</script>', 5, now(), now()
            from gen_random_uuid() as id;
            insert into broken_message (id, owner, queue, digest, body, reason, taken_at, set_aside_at)
            values ('{{message}}', 'participants', 'prueba', sha256('{{message}}'), convert_to('<script>alert(1)</script>', 'UTF8'), '<img src=/x onerror=alert(1)>', now(), now())
            """));
        var at = $"/api/{service}/v1/operation";
        foreach (var kind in new[] { "parked", "broken", "copies" })
            somebodys[$"{at}/{kind}/{{owner}}"] = "participants";
        somebodys[$"{at}/parked/{{owner}}/{{sequence}}"] = sequence.ToString(CultureInfo.InvariantCulture);
        somebodys[$"{at}/broken/{{owner}}/{{id}}"] = message.ToString();
    }

    /// <summary>The members are there; as soon as its hour has come it is opened, and votes.</summary>
    private async Task OpenSessionAsync(string session)
    {
        var at = $"{Participants}/secretariat-sessions/{session}";
        JsonNode? opened = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                using var client = system.Client();
                using var request = SecuredSystem.RequestOf(system.Office, HttpMethod.Post, $"{at}/opening");
                using var answer = await client.SendAsync(request);
                opened = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
                return answer.IsSuccessStatusCode;
            },
            TimeSpan.FromSeconds(60),
            "the session's hour");
        var document = (await PostAsync(system.Office, $"{at}/documents", new JsonObject { ["fileId"] = await UploadAsync("orden.txt"), ["title"] = Text("document.title", "Orden del día", 190) }))["documents"]![0]!;
        var motion = (await PostAsync(system.Office, $"{at}/motions", new JsonObject { ["agendaItemId"] = Id(opened!["agenda"]![0]!), ["text"] = Text("motion.text", "Se aprueba la hoja de ruta.", 400) }))["motions"]![0]!;
        await system.SendAsync(system.Office, HttpMethod.Post, $"{at}/motions/{Id(motion)}/ballots");
        foreach (var (template, id) in new[] { ("{id}", session), ("{id}/motions/{motionId}", Id(motion)), ("{id}/documents/{documentId}", Id(document)) })
            own[($"{Participants}/secretariat-sessions/{template}", Others)] = id;
        own[($"{Participants}/secretariat-sessions/{{id}}/documents/{{documentId}}/removal#{Participants}/secretariat-sessions/{{id}}", Others)] = session;
    }

    /// <summary>Links that come by mail: asked for at once, read at the end.</summary>
    private async Task<IReadOnlyList<(string Template, string To, string Path)>> AskForMailsAsync(Caller stranger)
    {
        await PostAsync(system.Nobody, $"{Participants}/password-resets", new JsonObject { ["email"] = stranger.Email });
        var moved = Address();
        await PostAsync(stranger, $"{Participants}/account/address", new JsonObject { ["email"] = moved, ["currentPassword"] = SecuredSystem.Password });
        var invited = Address();
        await PostAsync(system.Liaison, $"{Participants}/my/organisations/{await InfoemAsync()}/representatives", new JsonObject { ["email"] = invited, ["displayName"] = Text("representative.displayName", "Representante", 100) });
        var registered = Address();
        await PostAsync(system.Secretary, $"{Participants}/assisted-registrations", new JsonObject { ["displayName"] = "Persona con correo", ["email"] = registered, ["identityCheck"] = "Mostró su credencial", ["privacyNoticeId"] = Notice });
        var follower = Address();
        var commitment = await system.SendAsync(system.Nobody, HttpMethod.Get, "/api/action-plans/v1/commitments/MX-MEX-PAL01-C01");
        await PostAsync(system.Nobody, $"{Notifications}/subscriptions", new JsonObject { ["email"] = follower, ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = Id(commitment) }, ["language"] = "es" });
        var invitation = await PostAsync(system.Administrator, $"{Participants}/accounts", new JsonObject { ["email"] = Address(), ["displayName"] = Text("account.displayName", "Persona invitada", 110) });
        somebodys[$"{Participants}/invitations/{{token}}"] = invitation["invitationLink"]!.GetValue<string>().Split('/')[^1];
        return
        [
            ($"{Participants}/password-resets/{{token}}", stranger.Email!, "/cuenta/restablecer/"), ($"{Participants}/address-confirmations/{{token}}", moved, "/cuenta/correo/"),
            ($"{Participants}/representative-invitations/{{token}}", invited, "/participa/representacion/"), ($"{Participants}/registration-confirmations/{{token}}", registered, "/participa/confirmar/"),
            ($"{Notifications}/subscription-tokens/{{token}}", follower, "/avisos/confirmar/"),
        ];
    }

    private async Task LinksAsync(IReadOnlyList<(string Template, string To, string Path)> mails)
    {
        foreach (var (template, to, path) in mails)
        {
            var mail = await system.Mails.WaitForAsync(to, one => one.Text.Contains(path, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
            somebodys[template] = MailCatcher.LinkIn(mail, path).Split('/')[^1];
        }
    }

    private async Task<string> InfoemAsync() => (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/organisations?limit=200"))["items"]!.AsArray()
        .Where(one => one!["acronym"]?.GetValue<string>() == "Infoem").Select(one => Id(one!)).Single();

    private void Keep(Caller owner, string template, string id)
    {
        if (system.Callers.Contains(owner))
            own[(template, owner.Name)] = id;
        else
            somebodys[template] = id;
    }

    private JsonObject Organisation(string place, string kind) => new()
    {
        ["name"] = Text($"organisation {place}.name", $"Organización de la matriz {place} {Guid.NewGuid():N}", 190),
        ["acronym"] = Text($"organisation {place}.acronym", $"M{Guid.NewGuid():N}"[..12], 29),
        ["kind"] = kind,
        ["municipality"] = Text($"organisation {place}.municipality", "Toluca", 90),
        ["purpose"] = Text($"organisation {place}.purpose", "Abrir los presupuestos", 190),
        ["isNoOther"] = true,
    };

    private JsonObject Mechanism(string place) => new()
    {
        ["integration"] = Text($"{place}.integration", "Un asiento por organización.", 400),
        ["functions"] = Text($"{place}.functions", "Da seguimiento al plan.", 400),
        ["operation"] = Text($"{place}.operation", "Sesiona cada dos meses.", 400),
        ["decisions"] = Text($"{place}.decisions", "Mayoría simple.", 400),
        ["parameters"] = new JsonObject { ["noticeOrdinaryDays"] = 0 },
    };

    private string Text(string place, string otherwise, int length) => Texts.Text(place, length, otherwise);

    private static string Address() => $"conocida-{Guid.NewGuid():N}@prueba.example";

    private static string Day(int after) => Today.AddDays(after).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Id(JsonNode thing) => thing["id"]!.GetValue<string>();

    private async Task<string> UploadAsync(string name) =>
        Id(await system.SendAsync(system.Office, HttpMethod.Post, $"{Participants}/files?fileName={name}", bytes: System.Text.Encoding.UTF8.GetBytes($"<script>alert(1)</script> {Guid.NewGuid()}")));

    private Task<JsonNode> PostAsync(Caller caller, string path, JsonObject body) => WriteAsync(caller, HttpMethod.Post, path, body, ifMatch: null);

    /// <summary>A place that has a form of its own and refuses the hostile text gets its former one; the others keep theirs.</summary>
    private async Task<JsonNode> WriteAsync(Caller caller, HttpMethod method, string path, JsonObject body, string? ifMatch)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var client = system.Client();
            using var request = SecuredSystem.RequestOf(caller, method, path, body.DeepClone());
            if (ifMatch is not null)
                request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
                return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
            var isRefused = (int)answer.StatusCode is 400 or 409 or 422 && attempt < 8;
            (isRefused && Texts.GiveBack(body, FieldsOf(text))).ShouldBeTrue($"{method} {path} as {caller.Name}: {(int)answer.StatusCode} {text} to {body.ToJsonString()}");
        }
    }

    /// <summary>The fields that problem details complain of.</summary>
    internal static IReadOnlyList<string> FieldsOf(string problem) =>
        [.. (JsonNode.Parse(problem)?["errors"] as JsonArray ?? []).Select(error => error?["field"]?.GetValue<string>()).OfType<string>().Distinct()];

    private async Task ExecuteAsync(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync($"{service}-db") + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // Ids and numbers of the test's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
