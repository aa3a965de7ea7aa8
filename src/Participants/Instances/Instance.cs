using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

/// <param name="Kind">GUARANTOR, or missing.</param>
public sealed record GuarantorRequest(string? Name, string? Acronym, OrganisationKind? Kind);

/// <param name="CveEnt">INEGI code of the state, 01 to 32.</param>
/// <param name="Name">What the site is called, 2 to 120 characters.</param>
/// <param name="PublicAddress">Origin: https, or http on this machine.</param>
/// <param name="Languages">BCP 47, Spanish among them.</param>
/// <param name="ExampleData">Every page says that what it shows is an example.</param>
public sealed record InstanceRequest(
    string? CveEnt, string? Name, GuarantorRequest? Guarantor, string? PublicAddress, ThemeRequest? Theme, IReadOnlyList<string?>? Languages, bool ExampleData = false);

/// <summary>The settings of this installation; one row.</summary>
public sealed class Instance : AggregateRoot
{
    private Instance()
    {
    }

    public string CveEnt { get; private set; } = "";
    public string Name { get; private set; } = "";
    public Guid GuarantorId { get; private set; }
    public string Address { get; private set; } = "";
    public string PrimaryColour { get; private set; } = "";
    public string AccentColour { get; private set; } = "";
    public IReadOnlyList<string> Languages { get; private set; } = [];
    public bool ExampleData { get; private set; }
    public DateTimeOffset ConfiguredAt { get; private init; }

    public State State => State.Find(CveEnt)!;

    public static Result<Instance> Configure(InstanceRequest request, Guid guarantorId, DateTimeOffset now)
    {
        var instance = new Instance { Id = Guid.CreateVersion7(), GuarantorId = guarantorId, ConfiguredAt = now };
        var written = instance.Change(request);
        return written.IsRefused ? Result<Instance>.From(written.Refusals) : instance;
    }

    public Result Change(InstanceRequest request)
    {
        var fields = new Fields();
        if (State.Find(request.CveEnt) is not { } state)
        {
            fields.Refuse(Refusal.Invalid("cveEnt", string.IsNullOrEmpty(request.CveEnt) ? "field_required" : "state_unknown"));
            state = State.All[0];
        }

        var name = fields.Text("name", request.Name, 2, 120);
        if (request.Guarantor?.Kind is { } kind && kind != OrganisationKind.Guarantor)
            fields.Refuse(Refusal.Rule("guarantor_stays_guarantor", "/guarantor/kind"));
        var address = PublicAddress.Read(fields, request.PublicAddress);
        var theme = Theme.Read(fields, request.Theme);
        var languages = LanguageTags.Read(fields, request.Languages);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);

        (CveEnt, Name, Address, ExampleData) = (state.CveEnt, name, address, request.ExampleData);
        (PrimaryColour, AccentColour) = (theme.PrimaryColour, theme.AccentColour);
        Speak(languages);
        return Result.Done;
    }

    /// <returns>False where it speaks them already.</returns>
    public bool Speak(IReadOnlyList<string> languages)
    {
        if (languages.SequenceEqual(Languages, StringComparer.Ordinal))
            return false;
        Languages = languages;
        return true;
    }

    /// <summary>The guarantor's successor runs the instance.</summary>
    public void HandOver(Guid successor) => GuarantorId = successor;

    public InstanceConfiguredV1 ConfiguredFact(Organisation guarantor) => new(
        Id, Touch(), CveEnt, State.Iso, State.CommonName, Name, guarantor.Id, guarantor.Name, Address, Languages, ExampleData);

    /// <summary>The guarantor as an organisation; its fields are named as they stand in the settings.</summary>
    /// <param name="current">What it says of itself beyond the settings stays.</param>
    public static OrganisationRequest GuarantorOf(InstanceRequest request, Organisation? current = null) => new(
        request.Guarantor?.Name, request.Guarantor?.Acronym, OrganisationKind.Guarantor, Sector: null, Cvegeo: null,
        current?.Municipality, current?.Purpose, current?.Website, current?.Rfc, current?.Cluni);

    public static IEnumerable<Refusal> InGuarantor(IEnumerable<Refusal> refusals) =>
        refusals.Select(refusal => refusal with { Field = $"/guarantor/{refusal.Field}" });
}
