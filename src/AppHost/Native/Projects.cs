namespace Projects;

/// <summary>
/// Names this AppHost to a test, <c>DistributedApplicationTestingBuilder.CreateAsync&lt;Projects.AppHost&gt;()</c>. Aspire's SDK
/// generates the same class.
/// </summary>
public sealed class AppHost
{
    private AppHost() { }
}
