// Some tests say how soon an effect is seen. Two whole systems beside each other on a machine of two cores would be measured
// against each other.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
