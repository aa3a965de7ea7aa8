namespace OpenGov.UnitTests.Documentation;

/// <summary>What counts as a test for the tables that name tests.</summary>
public sealed class TestSourcesTests
{
    [Fact]
    public void Only_methods_that_are_marked_count_and_each_for_the_class_around_it() =>
        TestSources.Of(
            """
            public sealed class FirstTests(Host service)
            {
                [Fact]
                public async Task It_holds()
                public void Helper(string text)

                [Theory]
                [InlineData("x")]
                public void Each_holds(string x) =>
            }
            internal sealed class SecondTests
            {
                private static Task<int> It_helps() => Task.FromResult(1);
                [Property(MaxTest = 5)]
                public bool Any_holds(int x) => true;
            }
            """.Split('\n')).ShouldBe(["FirstTests.It_holds", "FirstTests.Each_holds", "SecondTests.Any_holds"]);
}
