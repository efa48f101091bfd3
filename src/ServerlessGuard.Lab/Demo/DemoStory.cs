using System.Net;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Chat;

namespace ServerlessGuard.Lab.Demo;

/// <summary>
/// A day at a start-up with training data in S3, a model endpoint in Azure, pipelines between them, and one team for both. Each chapter
/// does something, says what is expected, and looks whether it is so.
/// </summary>
internal sealed class DemoStory(DemoWorld world, Narrator tell, Measurements measured, TimeProvider time) : IDisposable
{
    private const string Approver = "U0KIM";

    private readonly Watch _watch = new(world, measured, time);
    private readonly HttpMessageInvoker _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private int _chapter;

    /// <summary>Private questions that were answered.</summary>
    private int _questions;

    public int Failures { get; private set; }

    public int Checks { get; private set; }

    public void Dispose() => _http.Dispose();

    public async Task PlayAsync(CancellationToken cancellation)
    {
        await FixedAtOnceAsync("A bucket with training data is made public", Provider.Aws, "SG-STOR-001", "northwind-training-data",
            () => world.Clouds.Aws.Do("make bucket public"), cancellation);
        await FixedAtOnceAsync("In Azure, a storage account lets its blobs be public", Provider.Azure, "SG-STOR-003", "northwindmodels",
            () => Breakage.AllowBlobPublicAccess.Apply(world.Clouds.Azure.Arm), cancellation);
        await FixedAtOnceAsync("The model endpoint accepts API keys again", Provider.Azure, "SG-AI-004", "northwind-openai",
            () => Breakage.LocalAuth.Apply(world.Clouds.Azure.Arm), cancellation, mayWait: true);
        await ApprovedInTheOtherCloudAsync(
            "SSH is opened to the world in AWS; the answer comes through Azure's endpoint", Provider.Aws, "sg-0aaa11112222bbbb3",
            () => world.Clouds.Aws.Do("open security group"), world.Clouds.Chat!.AzureEndpoint, cancellation);
        await ApprovedInTheOtherCloudAsync(
            "SSH is opened to the world in Azure; the answer comes through AWS's endpoint", Provider.Azure, "networkSecurityGroups/compute",
            () => Breakage.OpenSsh.Apply(world.Clouds.Azure.Arm), world.Clouds.Chat!.AwsEndpoint, cancellation);
        await UndoneAsync(cancellation);
        await ExemptedAsync(cancellation);
        await DetectedOnlyAsync("A federated trust accepts tokens from every repository on GitHub", Provider.Aws, "SG-ID-003",
            () => world.Clouds.Aws.Do("wildcard federated trust"), cancellation);
        await CutOffAsync(cancellation);
        await StoppedAsync(cancellation);
    }

    private async Task FixedAtOnceAsync(string title, Provider owner, string rule, string resource, Action mistake,
        CancellationToken cancellation, bool mayWait = false)
    {
        var (found, _) = await HappensAsync(title, owner, rule, resource, mistake, cancellation);
        if (found is null)
        {
            return;
        }

        var fixedNow = await Watch.UntilAsync(async () => (found = await Watch.FindAsync(world.TableOf(owner), owner, rule, resource)) is
            { Status: FindingStatus.Resolved, Treatment.State: TreatmentState.Fixed }, cancellation);
        if (!fixedNow && mayWait && found?.Treatment?.State is TreatmentState.AwaitingApproval)
        {
            Check(true, $"not fixed without a person, because { found.Treatment.Detail}");
            return;
        }

        measured.Add("recorded to fixed",
            found?.Stages.Remediated is { } at && found.Treatment is { } treatment ? at - treatment.Plan!.PlannedAt : null);
        Check(fixedNow,
            fixedNow ? $"fixed and verified: {found!.Treatment!.Plan!.Sentence}"
            : $"not fixed: {found?.Treatment?.State} {found?.Treatment?.Detail}");
        await MessageSaysAsync(found!, "fixed", "resolved");
    }

    private async Task ApprovedInTheOtherCloudAsync(string title, Provider owner, string resource, Action mistake, Uri endpoint,
        CancellationToken cancellation)
    {
        var (found, _) = await HappensAsync(title, owner, "SG-NET-001", resource, mistake, cancellation);
        if (found is null)
        {
            return;
        }

        var asked = await Watch.UntilAsync(
            async () => (
                found = await Watch.FindAsync(world.TableOf(owner), owner, "SG-NET-001",
                    resource))?.Treatment?.State is TreatmentState.AwaitingApproval && _watch.Message(found) is { } message
                    && HasButton(message, "approve"),
            cancellation);
        Check(asked, asked ? $"the plan is waiting for a person: {found!.Treatment!.Plan!.Sentence}" : "nobody was asked");
        if (!asked)
        {
            return;
        }

        tell.Says("kim, in Slack", "clicks Approve");
        await ClickAsync(endpoint, found!, "approve", cancellation);
        var clicked = time.GetUtcNow();
        if (!await AnswersAsync(owner,
            async () => (
                await Watch.FindAsync(world.TableOf(owner), owner, "SG-NET-001",
                    resource))?.Treatment?.State is TreatmentState.AwaitingApproval, cancellation))
        {
            return;
        }

        var done = await Watch.UntilAsync(async () =>
            (found = await Watch.FindAsync(world.TableOf(owner), owner, "SG-NET-001", resource)) is
            { Status: FindingStatus.Resolved, Treatment: { State: TreatmentState.Fixed, By: not null } }, cancellation);
        Check(done, done
            ? $"carried out by the cloud that owns it, {Narrator.Ms(time.GetUtcNow() - clicked)} after the click and a confirmation; "
                + $"approved by {found!.Treatment!.By}"
            : $"not carried out: {found?.Treatment?.State} {found?.Treatment?.Detail}");
    }

    private async Task UndoneAsync(CancellationToken cancellation)
    {
        const string Key = "0f0f0f0f-1111-2222-3333-444444444444";
        var (found, _) = await HappensAsync("Key rotation is switched off, fixed, and the fix is undone", Provider.Aws, "SG-KEY-002", Key,
            () => world.Clouds.Aws.Do("stop key rotation"), cancellation);
        if (found is null)
        {
            return;
        }

        var ready = await Watch.UntilAsync(
            async () => (found = await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-KEY-002", Key)) is
                { Treatment.State: TreatmentState.Fixed, Status: FindingStatus.Resolved } && _watch.Message(found) is { } message
                && HasButton(message, "undo"),
            cancellation);
        Check(ready, ready ? "fixed: " + found!.Treatment!.Plan!.Sentence : "not fixed");
        if (!ready)
        {
            return;
        }

        tell.Says("kim, in Slack", "clicks Undo");
        await ClickAsync(world.Clouds.Chat!.AzureEndpoint, found!, "undo", cancellation);
        await AnswersAsync(Provider.Aws,
            async () => (await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-KEY-002", Key))?.Treatment?.State is TreatmentState.Fixed,
            cancellation);
        var undone = await Watch.UntilAsync(async () => (found = await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-KEY-002", Key)) is
            { Status: FindingStatus.Open, Treatment.State: not TreatmentState.Fixed }, cancellation);
        Check(undone,
            undone ? "undone; the finding is open again and will not be fixed without a person"
            : $"not undone: {found?.Status} {found?.Treatment?.State}");
    }

    private async Task ExemptedAsync(CancellationToken cancellation)
    {
        var (found, _) = await HappensAsync("A person gets her own IAM user with an old key", Provider.Aws, "SG-ID-001", null,
            () => world.Clouds.Aws.Do("create human user with old key"), cancellation);
        if (found is null)
        {
            return;
        }

        var ready = await Watch.UntilAsync(() => Task.FromResult(_watch.Message(found) is { } message && HasButton(message, "exempt-7")),
            cancellation);
        Check(ready, ready ? "only proposed, as configured" : "no such button");
        if (!ready)
        {
            return;
        }

        tell.Says("kim, in Slack", "clicks Accept for 7 days: she is a contractor until Friday");
        await ClickAsync(world.Clouds.Chat!.AzureEndpoint, found, "exempt-7", cancellation);
        await AnswersAsync(Provider.Aws,
            async () => await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-ID-001", null) is { Status: FindingStatus.Open },
            cancellation);
        var suppressed = await Watch.UntilAsync(async () =>
            (found = await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-ID-001", null)) is { Status: FindingStatus.Suppressed },
            cancellation);
        Check(suppressed, suppressed ? "suppressed but visible; it reopens automatically" : "not suppressed");
        var old = await Watch.UntilAsync(async () => await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-ID-002", null) is
            { Status: FindingStatus.Open }, cancellation);
        Check(old, "her key is older than 90 days: SG-ID-002");
    }

    private async Task DetectedOnlyAsync(string title, Provider owner, string rule, Action mistake, CancellationToken cancellation) =>
        await HappensAsync(title, owner, rule, null, mistake, cancellation);

    private async Task CutOffAsync(CancellationToken cancellation)
    {
        Begin("The connection between the clouds is cut, and they catch up");
        world.Clouds.IsCut = true;
        tell.Says("the network", "cut");
        var changed = time.GetUtcNow();
        tell.Says("somebody", "lets anyone invoke a function in AWS, opens the storage network in Azure");
        world.Clouds.Aws.Do("let anyone invoke function");
        Breakage.OpenStorageNetwork.Apply(world.Clouds.Azure.Arm);
        var each = await Watch.UntilAsync(
            async () => await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-COMP-001", null) is not null
                && await Watch.FindAsync(world.AzureTable, Provider.Azure, "SG-STOR-006", null) is not null, cancellation);
        var alone = await Watch.FindAsync(world.AzureTable, Provider.Aws, "SG-COMP-001", null) is null;
        Check(each && alone, each ? "each cloud detects and records alone; the other does not have it yet" : "not recorded");
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        world.Clouds.IsCut = false;
        tell.Says("the network", $"back after {Narrator.Ms(time.GetUtcNow() - changed)}");
        var back = time.GetUtcNow();
        var agree = await Watch.UntilAsync(async () =>
            await Watch.FindAsync(world.AzureTable, Provider.Aws, "SG-COMP-001", null) is not null && await _watch.AgreeAsync(),
            cancellation, TimeSpan.FromSeconds(40));
        Check(agree, agree
            ? $"both tables are identical, row by row, {Narrator.Ms(time.GetUtcNow() - back)} later"
            : "the tables still differ");
    }

    private async Task StoppedAsync(CancellationToken cancellation)
    {
        Begin("Everything is stopped with one command, in both clouds");
        tell.Says("kim, in Slack", "/guard stop drill");
        var asked = time.GetUtcNow();
        using (var answer = await world.Slack.CommandAsync(_http, new Uri(world.Clouds.Chat!.AzureEndpoint, "slack/commands"), "stop drill",
            Approver, cancellation))
        {
            Check(answer.StatusCode is HttpStatusCode.OK, "recorded");
        }

        var stopped =
            await Watch.UntilAsync(async () => await IsStoppedAsync(Provider.Aws) && await IsStoppedAsync(Provider.Azure), cancellation);
        Check(stopped, stopped ? $"both clouds have stopped, {Narrator.Ms(time.GetUtcNow() - asked)} after the command" : "not stopped");
        var changed = time.GetUtcNow();
        world.Clouds.Aws.Do("suspend versioning");
        var shown = await Watch.UntilAsync(
            async () => await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-STOR-008", null) is
                { Treatment.State: TreatmentState.Proposed or TreatmentState.AwaitingApproval } finding
                && finding.CapturedAt >= changed.AddSeconds(-2), cancellation);
        Check(shown, shown ? "fixes are only proposed" : "the stop did not hold");
        using var resumed = await world.Slack.CommandAsync(_http, new Uri(world.Clouds.Chat!.AwsEndpoint, "slack/commands"), "resume",
            Approver, cancellation);
        await AnswersAsync(Provider.Azure, () => IsStoppedAsync(Provider.Azure), cancellation);
        Check(await Watch.UntilAsync(async () => !await IsStoppedAsync(Provider.Aws) && !await IsStoppedAsync(Provider.Azure),
            cancellation), "resumed");
        var caughtUp = await Watch.UntilAsync(
            async () => await Watch.FindAsync(world.AwsTable, Provider.Aws, "SG-STOR-008", null) is
                { Treatment: { State: TreatmentState.Fixed or TreatmentState.AwaitingApproval, HeldBackBy: null } },
            cancellation,
            TimeSpan.FromMinutes(1));
        Check(caughtUp, caughtUp ? "what the stop held back is planned again automatically" : "what the stop held back stays as it was");
    }

    private async Task<bool> IsStoppedAsync(Provider provider) =>
        await world.TableOf(provider).FindAsync(Tables.RowKeys.Deployment(provider), ControlRows.Key, CancellationToken.None) is { } row
            && ControlRows.Read(row).Stopped;

    private async Task<(Finding? Found, DateTimeOffset Changed)> HappensAsync(string title, Provider owner, string rule, string? resource,
        Action mistake, CancellationToken cancellation)
    {
        Begin(title);
        var changed = time.GetUtcNow();
        mistake();
        var found = await _watch.DetectedAsync(owner, rule, resource, changed, cancellation);
        if (found is null)
        {
            Check(false, $"{rule} was not detected, forwarded and reported in chat within a minute");
            return (null, changed);
        }

        Check(true, $"{found.Severity}: {found.RuleId} {found.Title}; recorded {Narrator.Ms((found.Stages.Recorded ?? changed) - changed)} "
            + $"after the change, in both tables and in chat after {Narrator.Ms(time.GetUtcNow() - changed)}");
        return (found, changed);
    }

    private async Task MessageSaysAsync(Finding finding, params string[] words)
    {
        var says = await Watch.UntilAsync(() =>
            Task.FromResult(_watch.Message(finding) is { } message
                && words.Any(word => message.Body.ToJsonString().Contains(word, StringComparison.OrdinalIgnoreCase))),
                CancellationToken.None);
        Check(says, says ? "its message in Slack is updated" : "its message was not updated");
    }

    private async Task ClickAsync(Uri endpoint, Finding finding, string button, CancellationToken cancellation)
    {
        using var answer = await world.Slack.ClickAsync(_http, new Uri(endpoint, "slack/actions"), _watch.Message(finding)!, button,
            Approver, cancellation);
        Check(answer.StatusCode is HttpStatusCode.OK, "the endpoint verified the signature and recorded it");
    }

    /// <summary>
    /// The click came through the other cloud, whose word is not enough: the owner asks the person itself, in private, and they say so on
    /// its page. False when it did not ask.
    /// </summary>
    /// <param name="owner">Of what was decided.</param>
    /// <param name="isUnchanged">Whether nothing was done yet.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    private async Task<bool> AnswersAsync(Provider owner, Func<Task<bool>> isUnchanged, CancellationToken cancellation)
    {
        var chat = world.Clouds.Chat!;
        var came = await Watch.UntilAsync(() => Task.FromResult(chat.PrivateTo(Approver).Count > _questions), cancellation);
        var link = came ? chat.PrivateTo(Approver)[_questions].Link : null;
        var isOwn = link is not null && chat.EndpointOf(owner).IsBaseOf(link);
        Check(isOwn && await isUnchanged(),
            isOwn ? $"the other cloud's word is not enough: {owner} asks kim in a private message, with a link to its own page"
            : "nobody was asked");
        if (!isOwn)
        {
            return false;
        }

        _questions++;
        tell.Says("kim", $"opens {owner}'s page and confirms there");
        var (_, answer, _) = await SimulatedTeams.FollowAsync(_http, link!,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "a contractor until Friday" }, cancellation);
        Check(answer is HttpStatusCode.Accepted, $"{owner} accepts the answer, once");
        return true;
    }

    private static bool HasButton(SlackMessage message, string action) =>
        message.Body.ToJsonString().Contains($"\"action_id\":\"{action}\"", StringComparison.Ordinal);

    private void Begin(string title) => tell.Chapter(++_chapter, title);

    private void Check(bool holds, string what)
    {
        Checks++;
        if (holds)
        {
            tell.Good(what);
        }
        else
        {
            Failures++;
            tell.Bad(what);
        }
    }
}
