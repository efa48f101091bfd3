using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>A simulated resource with two switches that a fix turns on, one call each. It stands for a cloud; it is none.</summary>
internal sealed class FakeCloud : Remediator
{
    public static JsonObject Open => new() { ["first"] = false, ["second"] = false };

    public static JsonObject Closed => new() { ["first"] = true, ["second"] = true };

    public JsonObject? State { get; set; } = Open;

    /// <summary>Calls that changed something.</summary>
    public int Writes { get; private set; }

    public int Reads { get; private set; }

    /// <summary>Called before and after every call; a test throws here.</summary>
    public Action<string>? OnCall { get; set; }

    public string? Refuses { get; set; }

    public bool Forgets { get; set; }

    /// <summary>What the resource is tagged with whenever it is asked.</summary>
    public Func<IReadOnlyDictionary<string, string>?>? Tags { get; set; }

    /// <summary>What the fix is today: settings and versions change it.</summary>
    public JsonObject Wants { get; set; } = Closed;

    /// <summary>Every state that a call was to bring about.</summary>
    public List<JsonNode> Written { get; } = [];

    public Risk PlanRisk { get; set; } = Risk.None;

    public override RemediatorDescriptor Descriptor { get; } = new()
    {
        Remediation = Remediations.BlockPublicAccess,
        Provider = Provider.Aws,
        NativeTypes = ["AWS::S3::Bucket"],
        Permissions = ["s3:PutBucketPublicAccessBlock"],
        Risk = Risk.None,
    };

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        Reads++;
        OnCall?.Invoke("read");
        return Task.FromResult(State?.DeepClone());
    }

    public override Desired Desire(JsonNode live, Finding finding) => Refuses is { } reason ? new Desired.Refuse(reason)
        : JsonNode.DeepEquals(live, Wants) ? new Desired.Nothing()
        : new Desired.Change(Wants.DeepClone(), "Turn both switches on.", "fake:TurnOn", PlanRisk);

    public override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) => Task.FromResult(Tags?.Invoke());

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        Written.Add(to.DeepClone());
        foreach (var name in (string[])["first", "second"])
        {
            OnCall?.Invoke("before " + name);
            if (State is not null && !Forgets && State[name]!.GetValue<bool>() != to[name]!.GetValue<bool>())
            {
                State[name] = to[name]!.GetValue<bool>();
                Writes++;
            }

            OnCall?.Invoke("after " + name);
        }

        return Task.CompletedTask;
    }
}
