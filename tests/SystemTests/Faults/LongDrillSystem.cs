namespace OpenGov.SystemTests.Faults;

/// <summary>For runs of hours: hundreds of thousands of reports need the real disk. Started only with <c>tests/run.sh --long</c>.</summary>
public sealed class LongDrillSystem : DrillSystem
{
    protected override bool HasSmallDisk => false;

    public override Task InitializeAsync() => LongFactAttribute.IsLong ? base.InitializeAsync() : Task.CompletedTask;

    public override Task DisposeAsync() => LongFactAttribute.IsLong ? base.DisposeAsync() : Task.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class LongDrillSystemCollection : ICollectionFixture<LongDrillSystem>
{
    public const string Name = "the system under drill for hours";
}
