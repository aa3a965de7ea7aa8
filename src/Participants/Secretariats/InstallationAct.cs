using System.Globalization;

namespace OpenGov.Participants.Secretariats;

/// <param name="Code">Of the text that says how the rule came out.</param>
/// <param name="Figures">Whole numbers, or days as yyyy-MM-dd.</param>
public sealed record ActFinding(string Rule, string Code, IReadOnlyList<string> Figures)
{
    /// <summary>As the text wants them.</summary>
    public object[] Arguments => [.. Figures.Select(figure =>
        DateOnly.TryParseExact(figure, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (object)int.Parse(figure, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))];

    internal static ActFinding Of(RuleFinding finding) => new(finding.Rule, finding.Code, [.. finding.Figures.Select(figure => figure is DateOnly day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Convert.ToString(figure, CultureInfo.InvariantCulture)!)]);
}

/// <summary>
/// The act by which a secretariat was installed (<i>acta de instalación</i>, SPEC §1.2): what was checked that day and how it came out, who sat, who held the
/// offices, which text of the mechanism. Written once, with the installation; what changes afterwards is another act's.
/// </summary>
public sealed class InstallationAct
{
    private InstallationAct()
    {
    }

    public Guid SecretariatId { get; private init; }
    public DateOnly InstalledOn { get; private init; }
    public string? Place { get; private init; }
    public Guid MechanismId { get; private init; }
    public IReadOnlyList<ActFinding> Findings { get; private init; } = [];

    /// <summary>In force that day, titulars and alternates.</summary>
    public IReadOnlyList<Guid> Holdings { get; private init; } = [];

    public IReadOnlyList<Guid> Offices { get; private init; } = [];
    public DateTimeOffset RecordedAt { get; private init; }

    internal static InstallationAct Record(Secretariat secretariat, DateOnly on, string? place, IReadOnlyList<RuleFinding> findings, DateTimeOffset now) => new()
    {
        SecretariatId = secretariat.Id,
        InstalledOn = on,
        Place = place,
        MechanismId = secretariat.InstalledWith!.Value,
        Findings = [.. findings.Select(ActFinding.Of)],
        Holdings = [.. secretariat.Holdings.Where(row => row.IsInForce(on)).Select(row => row.Id)],
        Offices = [.. secretariat.Offices.Where(row => row.IsInForce(on)).Select(row => row.Id)],
        RecordedAt = now,
    };
}
