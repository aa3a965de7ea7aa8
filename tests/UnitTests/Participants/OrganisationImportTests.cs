using System.Text;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Organisations.Import;

namespace OpenGov.UnitTests.Participants;

public sealed class OrganisationImportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Organisation Known = Organisation.Register(
        new("Red Ciudadana, A.C.", "RC", OrganisationKind.CivilSocietyOrganization, null, null, "Toluca", "Abrir los presupuestos", null, "SAT970701NN3"), SectorRules.Default, Now).Value;

    private static ImportPlan Plan(string csv, Encoding? encoding = null, params Organisation[] known) =>
        ImportPlan.Make((encoding ?? Encoding.UTF8).GetBytes(csv), known.Length == 0 ? [Known] : known, SectorRules.Default, Now);

    private static IEnumerable<(int, string?, string)> Errors(ImportPlan plan) => plan.Errors.Select(error => (error.Line, error.Column, error.Reason.Code));

    [Fact]
    public void New_changed_and_unchanged_rows_are_told_apart_and_an_empty_cell_leaves_what_is_there()
    {
        var plan = Plan("nombre,siglas,clase,proposito,rfc\r\n\"red ciudadana, a.c.\",,CIVIL_SOCIETY_ORGANIZATION,,\r\n\"Una, \"\"nueva\"\"\",UN,Consejo ciudadano,,\r\nRed Renombrada,,OSC,,SAT970701NN3\r\n");
        Errors(plan).ShouldBe([(4, "nombre", "csv_organisation_twice")]);
        plan = Plan("nombre,siglas,clase\n\"Red Ciudadana, A.C.\",,osc\n\n\"Una, \"\"nueva\"\"\",UN,Consejo ciudadano\n");
        plan.Errors.ShouldBeEmpty();
        plan.Rows.Select(row => (row.Line, row.Outcome)).ShouldBe([(2, ImportOutcome.Unchanged), (4, ImportOutcome.New)]);
        plan.Rows[1].Request.Name.ShouldBe("Una, \"nueva\"");
        var renamed = Plan("clase;nombre;rfc\nosc;Red Renombrada;sat-970701-nn3\n").Rows.Single();
        (renamed.Outcome, renamed.Id, renamed.Request.Purpose).ShouldBe((ImportOutcome.Changed, Known.Id, "Abrir los presupuestos"));
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("windows-1252", true)]
    public void Files_of_spreadsheets_are_read_in_their_encoding(string name, bool isWindows)
    {
        var encoding = name == "utf-8" ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true) : CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        byte[] file = [.. encoding.Preamble, .. encoding.GetBytes("nombre;clase\r\nFundación Ñandú «Árbol»;academia\r\n")];
        var plan = ImportPlan.Make(file, [Known], SectorRules.Default, Now);
        plan.Errors.ShouldBeEmpty();
        plan.WasWindows1252.ShouldBe(isWindows);
        plan.Rows.Single().Request.Name.ShouldBe("Fundación Ñandú «Árbol»");
    }

    [Theory]
    [InlineData("", 1, null, "csv_empty")]
    [InlineData("nombre,clase\n\"sin cerrar,osc\n", 1, null, "csv_quote_open")]
    [InlineData("nombre,clase,color\nX,osc,rojo\n", 1, "color", "csv_column_unknown")]
    [InlineData("nombre,nombre,clase\n", 1, "nombre", "csv_column_twice")]
    [InlineData("nombre\nUna\n", 1, "clase", "csv_column_missing")]
    [InlineData("nombre,clase\nUna,osc,de más\n", 2, null, "csv_too_many_cells")]
    [InlineData("nombre,clase\nUna,planeta\n", 2, "clase", "field_invalid")]
    [InlineData("nombre,clase\n,osc\n", 2, "nombre", "field_required")]
    [InlineData("nombre,clase,rfc\nUna,osc,SAT970701NN4\n", 2, "rfc", "rfc_check_wrong")]
    [InlineData("nombre,clase,sitio_web\nUna,osc,no es\n", 2, "sitio_web", "website_invalid")]
    [InlineData("nombre,clase\nUna,osc\nUNA,osc\n", 3, "nombre", "csv_repeated")]
    [InlineData("nombre,clase\nRed Cludadana,osc\n", 2, "nombre", "csv_looks_like")]
    [InlineData("nombre,clase\nUnidad,osc\nUnldad,osc\n", 3, "nombre", "csv_looks_like_line")]
    [InlineData("nombre,clase\nRеd Nueva,osc\n", 2, "nombre", "name_mixes_scripts")]
    [InlineData("nombre,clase,sector\nUna,sindicato,CIVIL_SOCIETY\n", 2, "sector", "sector_not_of_kind")]
    public void Each_error_names_its_row_and_column(string csv, int line, string? column, string code) => Errors(Plan(csv)).First().ShouldBe((line, column, code));

    [Fact]
    public void A_row_says_that_it_is_another_than_the_one_it_looks_like() =>
        Plan("nombre,clase,es_otra\nRed Cludadana,osc,Sí\n").Rows.Single().Outcome.ShouldBe(ImportOutcome.New);

    [Fact]
    public void Numbers_of_two_organisations_in_one_row_are_refused()
    {
        var other = Organisation.Register(new("Otra", null, OrganisationKind.Business, null, null), SectorRules.Default, Now).Value;
        Errors(Plan("nombre,clase,rfc\nOtra,empresa,SAT970701NN3\n", null, Known, other)).ShouldBe([(2, "nombre", "csv_several")]);
    }

    [Fact]
    public void What_a_row_and_its_organisation_are_together_is_judged_before_anything_is_applied()
    {
        var guarantor = Organisation.Register(new("Instituto Garante", null, OrganisationKind.Guarantor, null, null), SectorRules.Default, Now).Value;
        Errors(Plan("nombre,clase\nInstituto garante,OSC\n", null, guarantor)).ShouldBe([(2, "clase", "guarantor_stays_guarantor")]);
        guarantor.Kind.ShouldBe(OrganisationKind.Guarantor);
        // A CLUNI begins as the RFC does, which may stand in the file or be there already.
        Errors(Plan("nombre,clase,cluni\n\"Red Ciudadana, A.C.\",osc,AAA97070115014\n")).ShouldBe([(2, "cluni", "cluni_not_of_rfc")]);
        var registered = Organisation.Register(new("Con Cluni", null, OrganisationKind.CivilSocietyOrganization, null, null, Cluni: "AAA97070115014"), SectorRules.Default, Now).Value;
        Errors(Plan("nombre,clase,rfc\nCon Cluni,osc,SAT970701NN3\n", null, registered)).ShouldBe([(2, "cluni", "cluni_not_of_rfc")]);
    }

    [Fact]
    public void A_changed_row_says_what_was_and_what_would_be()
    {
        var row = Plan("nombre,clase,proposito,rfc\nRed Renombrada,osc,Vigilar,SAT970701NN3\n").Rows.Single();
        row.Current.ShouldBe("Red Ciudadana, A.C.");
        row.Changes.ShouldBe([new("nombre", "Red Ciudadana, A.C.", "Red Renombrada"), new("proposito", "Abrir los presupuestos", "Vigilar")]);
    }

    [Fact]
    public void A_new_name_of_an_organisation_that_is_there_is_looked_at_as_well()
    {
        var other = Organisation.Register(new("Observatorio Vial", null, OrganisationKind.CitizenCouncil, null, null), SectorRules.Default, Now).Value;
        Errors(Plan("nombre,clase,rfc\nObservatorlo Vial,osc,SAT970701NN3\n", null, Known, other)).ShouldBe([(2, "nombre", "csv_looks_like")]);
        Plan("nombre,clase,rfc,es_otra\nObservatorlo Vial,osc,SAT970701NN3,si\n", null, Known, other).Rows.Single().Outcome.ShouldBe(ImportOutcome.Changed);
        // Its own former look is no other's.
        Plan("nombre,clase,rfc\nRed Cludadana,osc,SAT970701NN3\n").Errors.ShouldBeEmpty();
        Errors(Plan("nombre,clase,rfc\nUnidad,osc,\nUnldad,osc,SAT970701NN3\n")).ShouldBe([(3, "nombre", "csv_looks_like_line")]);
    }

    [Fact]
    public void A_file_names_the_keys_by_which_its_rows_can_be_somebody()
    {
        var file = ImportFile.Read(Encoding.UTF8.GetBytes("nombre,clase,rfc\nÚna,osc,SAT970701NN3\nDos,osc,\nTres,planeta,\n"), SectorRules.Default, Now);
        var parts = file.Keys(1).ToList();
        parts.Count.ShouldBe(2, "a row that cannot be read is nobody");
        (parts[0].Names.Single(), parts[0].Rfcs.Single(), parts[1].Names.Single(), parts[1].Rfcs.Count).ShouldBe(("una", "SAT970701NN3", "dos", 0));
    }
}
