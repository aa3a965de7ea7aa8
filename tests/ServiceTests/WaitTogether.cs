// Two processors, and some tests that wait half a minute for a limit of the database to pass: one more than the processors is under way.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 3)]
