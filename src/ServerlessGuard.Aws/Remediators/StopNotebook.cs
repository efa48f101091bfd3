using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-AI-002: a notebook instance's way to the internet is fixed when it is made; stopping it contains it, and its volume stays.
/// </summary>
public sealed class StopNotebook(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.StopNotebook;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var status = (string?)(
            await SendAsync(finding,
                JsonCalls.SageMaker(Where(finding), "DescribeNotebookInstance", ("NotebookInstanceName", Name(finding))),
                cancellation)).Json()["NotebookInstanceStatus"];
        return status switch
        {
            null or "Deleting" => null,
            // Between two states: what comes out is not known yet, so this is asked again later.
            "Updating" =>
                throw new CloudCallException("NotebookUpdating", $"notebook instance {Shown(finding)} is being updated", isTransient: true),
            _ => new JsonObject { ["running"] = status is "InService" or "Pending" },
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => live["running"]!.GetValue<bool>()
        ? new Desired.Change(
            With(live, "running", false),
            $"Stop notebook instance {Shown(finding)}: running notebooks end, the volume stays. Recreate it without direct internet "
                + $"access.",
            $"sagemaker:StopNotebookInstance {Shown(finding)}")
        : new Desired.Nothing();

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        var start = to["running"]!.GetValue<bool>();
        try
        {
            await SendAsync(finding,
                JsonCalls.SageMaker(Where(finding), start ? "StartNotebookInstance" : "StopNotebookInstance",
                    ("NotebookInstanceName", Name(finding))), cancellation);
        }
        catch (CloudCallException exception) when (exception.Code is "ValidationException" && !exception.IsNotFound)
        {
            // "Status (Stopping) not in ([Stopped, Failed])": in a few minutes it is.
            throw new CloudCallException(exception.Code, exception.Message, isTransient: true, exception);
        }
    }
}
