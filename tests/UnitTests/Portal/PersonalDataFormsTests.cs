using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Portal;

public sealed class PersonalDataFormsTests
{
    /// <summary>Fields in which people give data about themselves, as browsers know them.</summary>
    private static readonly string[] PersonalFields = ["Autocomplete=\"email\"", "Autocomplete=\"name\"", "Autocomplete=\"tel\""];

    /// <summary>The first administrator comes before any notice can exist; signing in and what staff set gives nothing of one's own.</summary>
    private static readonly string[] Exempt = ["AdministratorPage.razor", "MailServerFields.razor", "TestMailForm.razor", "NewAccountPage.razor"];

    public static TheoryData<string> Forms() => new(
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src", "Portal"), "*.razor", SearchOption.AllDirectories)
            .Where(file => !Exempt.Contains(Path.GetFileName(file)) && PersonalFields.Any(File.ReadAllText(file).Contains))
            .Select(file => Path.GetRelativePath(SourceTree.Root, file)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void INV_50_a_form_that_collects_personal_data_stands_below_the_notice(string file) =>
        File.ReadAllText(Path.Combine(SourceTree.Root, file)).ShouldContain("CollectsPersonalData=\"true\"");

    /// <summary>What the register of personal data clears with the person is not called public (INV-52).</summary>
    [Theory]
    [InlineData("substituteReason")]
    [InlineData("reason")]
    public void INV_52_what_is_written_beside_the_end_of_a_seat_is_said_to_go_with_the_person(string field)
    {
        var line = File.ReadLines(Path.Combine(SourceTree.Root, "src", "Portal", "Secretariat", "ComposePage.razor")).Single(line => line.Contains($"Name=\"{field}\"", StringComparison.Ordinal));
        var hint = line.Split("Hint=\"@T(\"")[1].Split('"')[0];
        OpenGov.Portal.Text.T(hint).ShouldContain("No se publica y se borra con los datos de la persona.");
    }

    [Fact]
    public void INV_50_accepting_an_invitation_following_and_registering_stand_below_the_notice()
    {
        foreach (var page in new[] { "Account/InvitationPage.razor", "Notices/FollowPage.razor", "Participate/RegisterPersonPage.razor", "Participate/RegisterOrganisationPage.razor", "Participate/AssistedRegistrationPage.razor" })
            File.ReadAllText(Path.Combine(SourceTree.Root, "src", "Portal", page)).ShouldContain("CollectsPersonalData=\"true\"", customMessage: page);
    }
}
