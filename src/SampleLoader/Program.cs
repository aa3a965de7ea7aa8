using OpenGov.SampleLoader;

// Loads the sample exercise through the public API, as a person would do it in the browser.
if (Options.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(Options.Usage);
    return 2;
}

try
{
    await new Sample(options).LoadAsync();
    return 0;
}
catch (SampleException refused)
{
    await Console.Error.WriteLineAsync($"The sample could not be loaded: {refused.Message}");
    return 1;
}
