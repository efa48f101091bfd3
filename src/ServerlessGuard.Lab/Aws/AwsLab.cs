using System.Collections.Concurrent;
using ServerlessGuard.Lab.Aws.Story;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Simulators.Aws.Queues;
using ServerlessGuard.Simulators.Aws.Services;

namespace ServerlessGuard.Lab.Aws;

/// <summary>
/// A simulated AWS account with the real host in it, wired as infra/aws wires it: Config rule and EventBridge to <c>scan</c>, outbox to
/// <c>remediate</c>, schedules on demand. Simulated are Lambda, SQS, Config, EventBridge and the services' APIs; real are the host's
/// executable and the table.
/// </summary>
public sealed class AwsLab : IAsyncDisposable
{
    public const string RuleName = "serverless-guard";

    private readonly AwsLabSettings _settings;
    private string? _ownFile;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Task, byte> _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncInvoker _rule;
    private readonly EventSourceMapping[] _mappings;

    private AwsLab(AwsLabSettings settings, TimeProvider time, SimulatedAccount account, ConfigApi config,
        IReadOnlyList<SimulatedSqs> queues, AccountApi api, SealKey seals)
    {
        (_settings, _time, Account, Config, Api, SealKey) = (settings, time, account, config, api, seals);
        (DeadLetters, WorkQueue, RemediateQueue, OutboxQueue) = (queues[0], queues[1], queues[2], queues[3]);
        (Scan, Remediate, Sweep, Outbox, Federation) =
            (Function("scan"), Function("remediate"), Function("sweep"), Function("outbox"), Function("federation"));
        Chatops = Function("chatops");
        _rule = new AsyncInvoker(Scan, DeadLetters, time);
        _mappings = [new EventSourceMapping(WorkQueue, Scan), new EventSourceMapping(RemediateQueue, Remediate, batchSize: 5),
            new EventSourceMapping(OutboxQueue, Outbox)];
        account.Changed = Announce;
        account.Written = call => Later(() => WorkQueue.Send(ConfigEvents.CloudTrail(account, call)), settings.EventBridge);
    }

    public SimulatedAccount Account { get; }
    public ConfigApi Config { get; }
    public AccountApi Api { get; }
    public SimulatedSqs DeadLetters { get; }
    public SimulatedSqs WorkQueue { get; }
    public SimulatedSqs RemediateQueue { get; }

    /// <summary>Wakes the outbox when there is something to forward.</summary>
    public SimulatedSqs OutboxQueue { get; }

    /// <summary>What plans are sealed with, by <c>remediate</c> alone.</summary>
    public SealKey SealKey { get; }

    /// <summary>Simulated secrets, by ARN.</summary>
    public SecretsManagerApi Secrets { get; private init; } = new();

    public LambdaFunction Scan { get; }
    public LambdaFunction Remediate { get; }
    public LambdaFunction Sweep { get; }
    public LambdaFunction Outbox { get; }
    public LambdaFunction Federation { get; }
    public LambdaFunction Chatops { get; }

    public IReadOnlyList<LambdaFunction> Functions => [Scan, Remediate, Sweep, Outbox, Federation, Chatops];

    /// <summary>Changes are no longer announced: events that get lost.</summary>
    public bool LosesEvents { get; set; }

    public static async Task<AwsLab> StartAsync(AwsLabSettings settings, TimeProvider time)
    {
        var account = new SimulatedAccount(settings.Account, settings.Region, time);
        Seeds.Fill(account, time);
        var dead = new SimulatedSqs("guard-dead-letters", time);
        var work = Queue("guard-work");
        var remediate = Queue("guard-remediate");
        var outbox = Queue("guard-outbox");
        var config = new ConfigApi(account);
        var seals = new SealKey($"arn:aws:kms:{settings.Region}:{settings.Account}:key/5ea15ea1-0000-4000-8000-000000000001");
        var secrets = new SecretsManagerApi();
        foreach (var (arn, value) in settings.Secrets)
        {
            secrets.Secrets[arn] = value;
        }

        var api = await AccountApi.StartAsync(
            account,
            [
                config, new SqsApi(work, remediate, outbox, dead), new StsApi(account, settings.Outbound, settings.RoleArn),
                new S3ControlApi(account), new S3Api(account), new Ec2Api(account), new IamApi(account),
                new KmsApi(account, seals, time), new LambdaApi(account), new TaggingApi(account), new CloudTrailApi(account), secrets,
            ],
            time,
            settings.Port);
        return new AwsLab(settings, time, account, config, [dead, work, remediate, outbox], api, seals) { Secrets = secrets };

        SimulatedSqs Queue(string name) => new(name, time)
        {
            VisibilityTimeout = settings.VisibilityTimeout,
            MaxReceiveCount = settings.MaxReceiveCount,
            DeadLetters = dead,
        };
    }

    /// <summary>One mistake of the story.</summary>
    public void Do(string verb) => LabStory.Find(verb).Do(Account, _time);

    /// <summary>
    /// Tells the host about a change, in every way that is switched on. The same change may be announced again: AWS delivers at least once.
    /// </summary>
    public void Announce(ItemChange change)
    {
        var oversized = _settings.Oversized.Contains(ConfigItem.Type(change.Item));
        Later(() => _rule.Invoke(ConfigEvents.CustomRule(Account, change, RuleName, Config.Token(RuleName), oversized)),
            _settings.CustomRule);
        Later(() => WorkQueue.Send(ConfigEvents.EventBridge(Account, change, oversized)), _settings.EventBridge);
    }

    /// <summary>Invokes the Config rule's function as Config does: asynchronously, with two more attempts.</summary>
    public void InvokeRule(string payload) => _rule.Invoke(payload);

    /// <summary>The sweep's schedule.</summary>
    public Task<InvocationResult> RunSweepAsync() => Sweep.InvokeAsync(ScheduledEvent());

    /// <summary>The outbox's schedule.</summary>
    public Task<InvocationResult> RunOutboxAsync() => Outbox.InvokeAsync(ScheduledEvent());

    /// <summary>No event is on its way, no queue but the dead letters' holds a message, no function works.</summary>
    public bool IsIdle => _events.IsEmpty && _rule.IsIdle && WorkQueue.Count == 0 && RemediateQueue.Count == 0 && OutboxQueue.Count == 0
        && Functions.All(function => function.Busy == 0) && _mappings.All(mapping => mapping.IsIdle) && _events.IsEmpty;

    /// <summary>SIGKILL to every process of the host.</summary>
    public void KillAll()
    {
        foreach (var function in Functions)
        {
            function.KillAll();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Account.Changed = null;
        Account.Written = null;
        foreach (var mapping in _mappings)
        {
            await mapping.DisposeAsync();
        }

        foreach (var function in Functions)
        {
            await function.DisposeAsync();
        }

        await Api.DisposeAsync();
        _stop.Dispose();
    }

    private void Later(Action act, bool isOn)
    {
        if (!isOn || LosesEvents)
        {
            return;
        }

        var done = new TaskCompletionSource();
        _events[done.Task] = 0;
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await Task.Delay(_settings.EventDelay, _time, _stop.Token);
                act();
            }
            catch (OperationCanceledException)
            {
                // The lab is being taken down.
            }
            finally
            {
                _events.TryRemove(done.Task, out _);
                done.SetResult();
            }
        }
    }

    private LambdaFunction Function(string handler) => new(
        new LambdaFunctionSettings
        {
            Name = "guard-" + handler,
            Bootstrap = _settings.Bootstrap,
            Handler = handler,
            Account = _settings.Account,
            Region = _settings.Region,
            Timeout = _settings.FunctionTimeout,
            MaxConcurrency = _settings.Concurrency,
            Environment = Variables(handler),
        },
        _time);

    private Dictionary<string, string> Variables(string handler)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ENDPOINT_URL"] = Api.Url,
            ["AWS_ENDPOINT_URL_DYNAMODB"] = _settings.TableEndpoint.ToString().TrimEnd('/'),
            ["GUARD_TABLE"] = _settings.Table,
            ["GUARD_WORK_QUEUE"] = $"{Api.Url}/{_settings.Account}/{WorkQueue.Name}",
            ["GUARD_REMEDIATE_QUEUE"] = $"{Api.Url}/{_settings.Account}/{RemediateQueue.Name}",
            ["GUARD_OUTBOX_QUEUE"] = $"{Api.Url}/{_settings.Account}/{OutboxQueue.Name}",
            ["GUARD_SETTINGS"] = _settings.GuardFile ?? (_ownFile ??= ModeFile.Of(_settings.Mode)),
            ["GUARD_DRY_WINDOW_HOURS"] = "0",
            ["GUARD_ACCOUNTS"] = _settings.Account,
            ["GUARD_OWN_ROLES"] = "guard-remediate",
        };
        if (handler is "remediate")
        {
            variables["GUARD_SEAL_KEY"] = SealKey.Arn;
        }

        foreach (var (name, value) in _settings.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    private string ScheduledEvent() => new System.Text.Json.Nodes.JsonObject
    {
        ["version"] = "0",
        ["id"] = Guid.NewGuid().ToString(),
        ["detail-type"] = "Scheduled Event",
        ["source"] = "aws.scheduler",
        ["account"] = _settings.Account,
        ["time"] = SimulatedAccount.Iso(_time.GetUtcNow()),
        ["region"] = _settings.Region,
        ["resources"] = new System.Text.Json.Nodes.JsonArray(),
        ["detail"] = new System.Text.Json.Nodes.JsonObject(),
    }.ToJsonString();
}
