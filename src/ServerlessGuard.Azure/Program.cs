using ServerlessGuard.Azure;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Engine;

// The custom handler of the Functions app. It never ends with 0: the host would not start it again.
// Who the parent is, is asked before anything else: asked later, it may be gone already, and the stranger that adopted us would never go.
var parent = new ParentWatch(ParentWatch.OfThisProcess, TimeProvider.System);
var journal = new Journal(Console.Out, Console.Error, TimeProvider.System);
try
{
    var settings = HostSettings.Read(Environment.GetEnvironmentVariable, static file => File.Exists(file) ? File.ReadAllText(file) : null);
    foreach (var warning in SettingsWarnings.Of(settings.Guard))
    {
        journal.Warn("settings", ("warning", warning));
    }

    foreach (var fault in settings.Rules.Faults)
    {
        journal.Warn("a file of custom rules was left out", ("detail", fault));
    }

    await using var functions = Composition.Build(settings, journal, TimeProvider.System);
    await using var app = FunctionHost.Build(settings.Port, functions);
    await app.StartAsync();
    journal.Info("listening", ("port", settings.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    var stopped = new TaskCompletionSource();
    using var stopping = app.Lifetime.ApplicationStopping.Register(stopped.SetResult);
    var orphaned = parent.GoneAsync(app.Lifetime.ApplicationStopping);
    if (await Task.WhenAny(stopped.Task, orphaned) == orphaned)
    {
        journal.Warn("parent gone", ("action", "leaving"));
        return 3;
    }

    return 1;
}
catch (SettingException wrong)
{
    await Console.Error.WriteLineAsync("guard-functions: " + wrong.Message);
    return 2;
}
catch (IOException taken)
{
    await Console.Error.WriteLineAsync("guard-functions: cannot listen: " + taken.Message);
    return 1;
}
