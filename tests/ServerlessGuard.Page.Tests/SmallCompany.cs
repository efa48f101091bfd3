using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Tests;

/// <summary>The sample that the browser looks at: every status, every severity, a proposed, a fixed and a waiting plan, and texts of people who mean harm.</summary>
internal static class SmallCompany
{
    public const string Hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
    public const string Reversed = "gnp.\u202Eexe.invoice";
    public const string Hebrew = "\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD";
    public const int LongTag = 4_000;

    public static async Task WriteAsync(Sample sample)
    {
        static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);
        await sample.OpenAsync("SG-ID-001", Sample.Thing("AWS::IAM::User", "jane"), Hours(600), "A person signs in with a password.", "arn:aws:iam::111122223333:user/ops", DetectedBy.Sweep);
        await sample.OpenAsync("SG-COMP-001", Sample.Thing("AWS::Lambda::Function", "webhook"), Hours(410), "Anyone can invoke the function.");
        await sample.OpenAsync("SG-NET-001", Sample.Azure("Microsoft.Network/networkSecurityGroups", "gpu-nsg"), Hours(300), "Port 22 is open to the internet.", "sam@northwind.example");
        await sample.OpenAsync("SG-AI-003", Sample.Azure("Microsoft.CognitiveServices/accounts", "northwind-playground"), Hours(260));
        await sample.OpenAsync("SG-AI-004", Sample.Azure("Microsoft.CognitiveServices/accounts", "northwind-playground-2"), Hours(259));
        await sample.OpenAsync("SG-KEY-002", Sample.Thing("AWS::KMS::Key", "9e9e9e9e-5555-6666-7777-888888888888", Sample.Research), Hours(240));
        await sample.OpenAsync("SG-STOR-008", Sample.Bucket("northwind-archive", Sample.Research), Hours(200));
        await sample.OpenAsync("SG-ID-003", Sample.Azure("Microsoft.ManagedIdentity/userAssignedIdentities", "pipeline"), Hours(120), "The trust lets in every repository.");
        await sample.OpenAsync("SG-STOR-005", Sample.Azure("Microsoft.Storage/storageAccounts", "northwindexports"), Hours(96));

        // Came and went.
        var gone = Sample.Thing("AWS::EC2::SecurityGroup", "sg-0a1b2c3d");
        await sample.OpenAsync("SG-NET-001", gone, Hours(72), "Port 3389 is open to the internet.");
        await sample.ResolveAsync("SG-NET-001", gone, Hours(70));

        // Accepted for a while.
        sample.Accept(new Exemption
        {
            Id = "demo-site",
            RuleId = "SG-STOR-001",
            ResourceId = "arn:aws:s3:::northwind-website",
            Category = ExemptionCategory.Waiver,
            Reason = "The public web site.",
            RequestedBy = "sam",
            ExpiresAt = DateTimeOffset.MaxValue.AddDays(-1),
        });
        await sample.OpenAsync("SG-STOR-001", Sample.Bucket("northwind-website"), Hours(50), "Anyone on the internet can read the objects.");

        // A plan that waits for a person, a fix that can be undone.
        var evidence = new Evidence("supplementaryConfiguration.BucketPolicy", "Statement[0] (PublicRead): principal *, no condition");
        var training = await sample.OpenAsync("SG-STOR-001", Sample.Bucket("northwind-training-data"), Hours(3), "Anyone on the internet can read the objects.", "arn:aws:iam::111122223333:user/jane", evidence: evidence);
        await sample.TreatAsync(training, RemediationMode.Approve, new SimulatedCloud());
        var exports = await sample.OpenAsync("SG-STOR-001", Sample.Bucket("northwind-exports"), Hours(2), "Anyone on the internet can read the objects.", "arn:aws:iam::111122223333:user/jane", evidence: evidence);
        sample.Time.Now += TimeSpan.FromMilliseconds(620);
        await sample.TreatAsync(exports, RemediationMode.Enforce, new SimulatedCloud());

        // Strangers choose names, tags and documents.
        await sample.OpenAsync(
            "SG-COMP-004", Sample.Thing("AWS::Lambda::Function", Hostile, Sample.Research), Hours(1), Hostile, Hostile,
            evidence: [new Evidence("tags." + Hostile, new string('x', LongTag)), new Evidence("tags.name", Reversed), new Evidence("tags.greeting", Hebrew)]);
        await sample.OpenAsync("SG-STOR-004", Sample.Bucket(Reversed, Sample.Research), Hours(0.5), Hebrew);
    }
}
