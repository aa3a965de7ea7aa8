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

    [Fact]
    public void INV_50_accepting_an_invitation_following_and_registering_stand_below_the_notice()
    {
        foreach (var page in new[] { "Account/InvitationPage.razor", "Notices/FollowPage.razor", "Participate/RegisterPersonPage.razor", "Participate/RegisterOrganisationPage.razor", "Participate/AssistedRegistrationPage.razor" })
            File.ReadAllText(Path.Combine(SourceTree.Root, "src", "Portal", page)).ShouldContain("CollectsPersonalData=\"true\"", customMessage: page);
    }
}
