using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The settings of a function hold references to secrets, not secrets.</summary>
public sealed class SettingsHoldNoSecrets : Rule<SettingsSecretsFacts>
{
    public override FactsKind Kind => FactsKind.SettingsSecrets;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-004",
        Title = "Secrets sit in function settings as clear text",
        Severity = Severity.High,
        Risk = "Environment variables are the first loot of a function foothold, and keys of the other cloud are the bridge.",
        Controls =
        [
            "nist-800-53-r5/IA-5", "nist-800-53-r5/SC-28", "nist-800-53-r5/IA-5(7)",
            "attack/T1552", "attack/T1528",
        ],
        Aws = new CloudGuide
        {
            Types =
            [
                "AWS::Lambda::Function",
            ],
            Subject = "the function",
            NonCompliantWhen =
                "An environment variable holds a credential in clear text.",
            Notes =
            [
                "A configuration item never carries the environment: InsufficientData from an item alone. A host that reads GetFunctionConfiguration decides. A credential of the other cloud is critical.",
            ],
            Fix =
                "Rotate the secret, store it in Secrets Manager, and put its ARN into the variable",
        },
        Azure = new CloudGuide
        {
            Types =
            [
                "Microsoft.Web/sites/config",
            ],
            Subject = "config/appsettings or config/connectionstrings of the app",
            NonCompliantWhen =
                "A setting's value has the shape of a credential, or its name speaks of a secret and its value is neither a reference nor plainly something else.",
            Notes =
            [
                "@Microsoft.KeyVault(…) references are fine, and so is AzureWebJobsStorage__accountName. The platform's own storage setting with a key has severity medium, a credential of the other cloud is critical. Values are never shown.",
            ],
            Fix =
                "Rotate the secret, store it in a vault, and use @Microsoft.KeyVault(SecretUri=…); for the platform's storage use AzureWebJobsStorage__accountName",
        },
        ExemptWhen = "A value that looks like a secret and is not one.",
    };

    protected override Verdict Evaluate(SettingsSecretsFacts facts, RuleSettings settings) => facts.HoldsSecret.Value switch
    {
        true => Verdict.NonCompliant("A secret stands in the settings in clear text.", facts.HoldsSecret.Evidence)
            .At(facts switch
            {
                { OfOtherCloud: true } => Severity.Critical,
                { OnlyPlatformSetting: true } => Severity.Medium,
                _ => Descriptor.Severity,
            }),
        false => Verdict.Compliant,
        null => facts.HoldsSecret.Insufficient,
    };
}
