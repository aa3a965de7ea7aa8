// The longest of these tests wait at a socket until a limit of the gateway has passed, and take no processor meanwhile: they wait together.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 6)]
