using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Chat.Teams;
using ServerlessGuard.Chat.Tests.Slack;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Rendering;

/// <summary>The messages that docs/chat.md shows. Left in artifacts/chat, from which eng/chat-images makes the pictures.</summary>
public class SampleTests
{
    private static readonly byte[] Key = SHA256.HashData("sample"u8);

    [Fact]
    public void The_samples_keep_to_the_limits_and_are_left_for_the_pictures()
    {
        var rule = RuleCatalog.BuiltIn.Find("SG-STOR-001")!.Descriptor;
        var waiting = Messages.Of(Finding(TreatmentState.AwaitingApproval, "sg"), [Step(1, FindingStep.Opened, 0), Step(2, FindingStep.AwaitingApproval, 1)], rule, Hostile.Now);
        var done = Messages.Of(
            Finding(TreatmentState.Fixed, "Sam Lee"), [Step(1, FindingStep.Opened, 0), Step(2, FindingStep.AwaitingApproval, 1), Step(3, FindingStep.Approved, 6), Step(4, FindingStep.Fixed, 7)],
            rule, Hostile.Now);
        var digest = Digests.Of([.. Enumerable.Range(0, 23).Select(i => Finding(TreatmentState.Proposed, null, $"export-{i:00}", i % 4 == 0 ? Severity.Critical : Severity.High))], rule.Title);
        var stop = Notices.Of(
            new Control { Stopped = true, By = "Sam Lee", Reason = "migration until noon", At = Hostile.Now, FirstSeen = Hostile.Now, Revision = 2 }, Provider.Aws, Hostile.Now);
        var folder = Repository.Path("artifacts", "chat");
        Directory.CreateDirectory(folder);
        Save("slack-waiting", SlackBlocks.Render(waiting));
        Save("slack-fixed", SlackBlocks.Render(done));
        Save("slack-digest", SlackBlocks.Render(digest));
        Save("slack-stop", SlackBlocks.Render(stop));
        Save("teams-waiting", TeamsCard.Render(waiting, Link));
        Save("teams-fixed", TeamsCard.Render(done, Link));
        var content = ActionLinkContent.Of(waiting.Buttons[0], Hostile.Now.AddDays(3), "n0nce0123456789abcdef");
        File.WriteAllText(Path.Combine(folder, "page.html"), ConfirmationPage.Render(content, ActionLink.Token(ActionLink.Sign(Key, content))!, waiting));

        void Save(string name, JsonObject payload)
        {
            Assert.True(name.StartsWith("teams", StringComparison.Ordinal) || BlockKit.Faults(payload).Count == 0);
            File.WriteAllText(Path.Combine(folder, name + ".json"), payload.ToJsonString());
        }
    }

    private static Uri Link(ActionButton button) =>
        new("https://guard.example/decide?" + ActionLink.Sign(Key, ActionLinkContent.Of(button, Hostile.Now.AddDays(3), "n0nce0123456789abcdef")));

    private static FindingEvent Step(long revision, FindingStep step, int minute)
    {
        var finding = Finding(TreatmentState.Proposed, null);
        return new FindingEvent
        {
            FindingId = finding.Id, RuleId = finding.RuleId, Resource = finding.Resource, Step = step, Revision = revision, At = Hostile.Now.AddMinutes(minute - 20),
            RecordedAt = Hostile.Now.AddMinutes(minute - 20), Status = FindingStatus.Open, Severity = Severity.Critical,
            Actor = step is FindingStep.Opened ? finding.Actor : step is FindingStep.Approved ? "Sam Lee" : null, Detail = null,
        };
    }

    private static Finding Finding(TreatmentState state, string? by, string name = "customer-exports", Severity severity = Severity.Critical)
    {
        var resource = new ResourceRef
        {
            Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::" + name, Account = "111122223333", Region = "eu-central-1", Name = name,
        };
        return new Finding
        {
            Id = FindingId.Of("SG-STOR-001", resource), RuleId = "SG-STOR-001", Resource = resource, Title = "Object store is readable by anyone", Severity = severity,
            Status = FindingStatus.Open, Reason = "The bucket policy allows s3:GetObject to everyone, and no public access block stops it.",
            Evidence = [new Evidence("policy.Statement[0].Principal", "*"), new Evidence("PublicAccessBlockConfiguration", "absent")], Revision = 4, CapturedAt = Hostile.Now,
            OpenedAt = Hostile.Now.AddMinutes(-20), DetectedBy = DetectedBy.Change, Actor = "arn:aws:iam::111122223333:user/jo", Remediation = "block-public-access",
            Treatment = new Treatment
            {
                State = state, At = Hostile.Now, By = by, Detail = state is TreatmentState.AwaitingApproval ? "clients may lose access" : null,
                Plan = new RemediationPlan
                {
                    Id = "p1a2b3c4", Sentence = "Turn on all four flags of the bucket's public access block", Before = """{"block":{"BlockPublicAcls":false,"BlockPublicPolicy":false}}""",
                    After = """{"block":{"BlockPublicAcls":true,"BlockPublicPolicy":true}}""", Call = "s3:PutPublicAccessBlock", Permissions = [], Risk = Risk.Availability, PlannedAt = Hostile.Now,
                },
            },
            Stages = new FindingStages(),
        };
    }
}
