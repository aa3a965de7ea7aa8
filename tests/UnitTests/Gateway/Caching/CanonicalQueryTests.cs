using OpenGov.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class CanonicalQueryTests
{
    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("/a?", "/a")]
    [InlineData("/a?x=1", "/a?x=1")]
    [InlineData("/a?y=2&x=1", "/a?x=1&y=2")]
    [InlineData("/a?x=1&y=2", "/a?x=1&y=2")]
    [InlineData("/a?b&a=%C3%B1", "/a?a=%C3%B1&b")]
    public void The_order_of_parameters_makes_no_difference(string target, string canonical) => CanonicalQuery.Of(target).ShouldBe(canonical);

    [Theory]
    [InlineData("/a?x=2&x=1")]
    [InlineData("/a?x=2&X=1")]
    [InlineData("/a?x=2&%78=1")]
    [InlineData("/a?y=2&&x=1")]
    [InlineData("/a?=2&x=1")]
    [InlineData("/a?y=1&a=2&b=3&c=4&d=5&e=6&f=7&g=8&h=9&i=10&j=11&k=12&l=13&m=14&n=15&o=16&p=17")]
    public void What_only_a_service_can_interpret_is_left_as_it_is(string target) => CanonicalQuery.Of(target).ShouldBe(target);
}
