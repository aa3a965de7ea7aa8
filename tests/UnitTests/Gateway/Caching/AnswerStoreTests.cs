using OpenGov.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class AnswerStoreTests
{
    private const long Size = 1024 * 1024;

    [Fact]
    public void A_large_answer_that_changes_often_leaves_no_copies_behind()
    {
        var store = new AnswerStore(Size, new CacheMeters());
        for (var version = 0; version < 60; version++)
        {
            store.Put(new CachedAnswer(new RequestKey("/datos/plans.csv", "x", Secure: false, English: false), new byte[200_000], [], isCompressed: false, [], 0, 0));
            (store.Held + store.Replaced).ShouldBeLessThan(Size + (Size / 4));
        }

        store.Count.ShouldBe(1);
        store.Held.ShouldBeInRange(200_000, 210_000);
    }
}
