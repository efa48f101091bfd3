using ServerlessGuard.Aws;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Aws.Seals;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Tables;

// The bootstrap of provided.al2023: one binary, the handler's name selects the entry.
if (Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is not { Length: > 0 } address)
{
    await Console.Error.WriteLineAsync(
        "AWS_LAMBDA_RUNTIME_API is not set: this is the bootstrap of a Lambda function, which the Lambda service starts (on a laptop: "
            + "guard-lab)");
    return 2;
}

var time = TimeProvider.System;
using var output = Console.OpenStandardOutput();
var log = new Log(output, time);
using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false },
    disposeHandler: true);
var runtime = new LambdaRuntime(http, address, time, log);
using var stop = new CancellationTokenSource();
using var terminated =
    System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

IFunction function;
try
{
    var settings = HostSettings.Read(Environment.GetEnvironmentVariable, AppContext.BaseDirectory);
    var credentials = CredentialSources.Of(Environment.GetEnvironmentVariable, settings.Region);
    var api = new AwsApi(AwsHttp.Create(), credentials, new AwsEndpoints(settings.Region, Environment.GetEnvironmentVariable), time,
        Random.Shared.NextDouble);
    var table = new DynamoTable(
        DynamoClient.Create(settings.Region, settings.DynamoEndpoint, credentials), settings.Table, time,
        new Backoff(Random.Shared.NextDouble));
    var remediators = settings.Handler is Handler.Remediate ? AwsRemediators.All(api, settings.Guard, time, settings.Remediators) : [];
    foreach (var warning in SettingsWarnings.Of(settings.Guard))
    {
        log.Write(LogLevel.Warn, "settings", ("warning", warning));
    }

    foreach (var fault in settings.Rules.Faults)
    {
        log.Write(LogLevel.Error, "a file of custom rules was left out", ("detail", fault));
    }

    ISealer sealer = settings is { Handler: Handler.Remediate, SealKey: { } key } ? new KmsSealer(api, key) : new NoSealer();
    function = Composition.Function(settings, table, api, remediators, sealer, time, Random.Shared.NextDouble, log);
}
#pragma warning disable CA1031 // Whatever keeps the process from starting is told to the service, in one line.
catch (Exception fault)
{
    await Console.Error.WriteLineAsync("ServerlessGuard cannot start: " + Log.Line(fault));
    await runtime.FailInitAsync(fault, CancellationToken.None);
    return 1;
}
#pragma warning restore CA1031

await runtime.RunAsync(function, stop.Token);
return 0;
