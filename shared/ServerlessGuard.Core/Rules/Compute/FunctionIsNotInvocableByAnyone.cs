using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>Only known callers can invoke a serverless function.</summary>
public sealed class FunctionIsNotInvocableByAnyone : Rule<InvocationFacts>
{
    public override FactsKind Kind => FactsKind.Invocation;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-001",
        Title = "Serverless function can be invoked by anyone",
        Severity = Severity.Critical,
        Risk = "An open function is a foothold: code execution that already holds a cloud identity.",
        Remediation = Remediations.RemovePublicInvocation,
        Controls =
        [
            "aws-fsbp/Lambda.1",
            "aws-config/LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
            "cis-aws-7.0/2.21",
            "cis-azure-3.0/9.2",
            "nist-800-53-r5/AC-3", "nist-800-53-r5/AC-6", "nist-800-53-r5/SC-7",
            "mcsb-v2/NS-2",
            "attack/T1190", "attack/T1648",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::Lambda::Function",
            ],
            Subject = "the function",
            NonCompliantWhen =
                "The resource policy lets everyone invoke the function or its URL without a confining condition, or lets a service principal without aws:SourceArn or aws:SourceAccount (S3: without aws:SourceAccount; severity high).",
            Notes =
            [
                "lambda:FunctionUrlAuthType, lambda:InvokedViaFunctionUrl and lambda:EventSourceToken confine nothing. A function URL without authentication is open only with the public grant.",
                "A policy that is present and grants nothing public is Compliant; an absent one is InsufficientData. Policies of aliases and versions are not in the item.",
            ],
            Fix =
                "Remove the statement: aws lambda remove-permission --function-name NAME --statement-id SID; and give a function URL the auth type AWS_IAM",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Web/sites",
                "Microsoft.Web/sites/config",
                "Microsoft.Web/sites/functions",
            ],
            Subject = "the function app",
            NonCompliantWhen =
                "The app is reachable from the internet, does not require authentication (authsettingsV2), and has an HTTP trigger with authLevel anonymous.",
            Notes =
            [
                "publicNetworkAccess absent is Enabled. config/web, config/authsettingsV2 and functions are children: what is missing of them and would decide is InsufficientData. Slots are apps of their own.",
            ],
            Fix =
                "Require authentication with an identity provider (the settings of other providers have to be in the same body): az rest --method put --url ID/config/authsettingsV2?api-version=2024-04-01 --body @auth.json, where auth.json has platform.enabled true and globalValidation.requireAuthentication true; or raise the trigger's authLevel to function",
        },
        ExemptWhen = "A public webhook that checks a signature in its own code.",
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("excluded-path", "A path is excluded from authentication"),
        ]),
    };

    protected override Verdict Evaluate(InvocationFacts facts, RuleSettings settings) => facts.InvocableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone can invoke the function.", facts.InvocableByAnyone.Evidence),
        false when facts.ConfusedDeputy is { } deputy => Verdict.NonCompliant("A service may invoke the function on behalf of anyone.", deputy).At(Severity.High),
        false => Verdict.Compliant,
        null => facts.InvocableByAnyone.Insufficient,
    };
}
