namespace ServerlessGuard.Cli.Tests;

/// <summary>A wrong setting is one line with the key and the place, and nothing is scanned.</summary>
public class SettingsTests
{
    [Theory]
    [InlineData("maxKeyAge: 30", "guard.yaml:1: maxKeyAge: not a setting; did you mean maxKeyAgeDays?")]
    [InlineData("# a comment\nmaxKeyAgeDays: soon", "guard.yaml:2: maxKeyAgeDays: \"soon\" is not a whole number from 1 to 36500")]
    [InlineData("maxKeyAgeDays: 0", "guard.yaml:1: maxKeyAgeDays: \"0\" is not a whole number from 1 to 36500")]
    [InlineData("adminPorts: [22, 70000]", "guard.yaml:1: adminPorts: \"70000\" is not a whole number from 1 to 65535")]
    [InlineData("trustedAccounts:\n  - '123'", "guard.yaml:2: trustedAccounts: \"123\" is neither a twelve-digit AWS account nor a subscription id")]
    [InlineData("approvedTenants:\n  - {a: b}", "guard.yaml:2: approvedTenants: expected a list of strings")]
    [InlineData("severityOverrides: [{tag: env, change: more}]", "guard.yaml:1: severityOverrides: change of tag env must be raise or lower")]
    [InlineData("severityOverrides: [{change: raise}]", "guard.yaml:1: severityOverrides: each entry needs tag")]
    [InlineData("approvedDeletionTag: [a, b]", "guard.yaml:1: approvedDeletionTag: expected one tag with its values")]
    [InlineData("- a\n- b", "guard.yaml:1: expected keys and values at the top level")]
    [InlineData("a: [1\nb: 2", "guard.yaml: not YAML: ")]
    [InlineData("allowedRegions: &a [*a]", "guard.yaml:1: ")]
    [InlineData("remediation: enforce", "guard.yaml:1: remediation: expected keys and values")]
    [InlineData("remediation:\n  mode: auto", "guard.yaml:2: remediation.mode: expected observe, propose, approve or enforce")]
    [InlineData("remediation:\n  rules:\n    SG-STOR-001: on", "guard.yaml:3: remediation.rules.SG-STOR-001: expected observe, propose, approve or enforce")]
    [InlineData("remediation:\n  maxFixes: 3", "guard.yaml:2: remediation.maxFixes: not a setting; did you mean maxFixesPerHour?")]
    [InlineData("remediation: {azurePolicyTasks: 1}", "guard.yaml:1: remediation.azurePolicyTasks: expected true or false")]
    [InlineData("identity: entra", "guard.yaml:1: identity: expected keys and values")]
    [InlineData("identity: {provider: entra}", "guard.yaml:1: identity.tenant: provider entra needs the id of its tenant")]
    [InlineData("identity:\n  provider: entra\n  tenant: acme.example", "guard.yaml:3: identity.tenant: expected the id of a tenant")]
    [InlineData("identity: {humans: any}", "guard.yaml:1: identity.humans: expected federated-only")]
    [InlineData("identity: {exception: [a]}", "guard.yaml:1: identity.exception: not a setting; did you mean exceptions?")]
    [InlineData("notifications: [a]", "guard.yaml:1: notifications: expected keys and values")]
    [InlineData("notifications:\n  minSeverty: low", "guard.yaml:2: notifications.minSeverty: not a setting; did you mean minSeverity?")]
    [InlineData("notifications:\n  minSeverity: mild", "guard.yaml:2: notifications.minSeverity: expected low, medium, high or critical")]
    [InlineData("notifications:\n  digestFrom: 1", "guard.yaml:2: notifications.digestFrom: \"1\" is not a whole number from 2 to 500")]
    [InlineData("notifications:\n  routes: {name: a}", "guard.yaml:2: notifications.routes: expected a list")]
    [InlineData("notifications:\n  routes:\n    - name: a", "guard.yaml:3: notifications.routes: each needs a name and a channel")]
    [InlineData("notifications:\n  routes:\n    - {name: a b, channel: teams}", "guard.yaml:3: notifications.routes.name: expected at most 40 letters")]
    [InlineData("notifications:\n  routes:\n    - {name: a, channel: fax}", "guard.yaml:3: notifications.routes.channel: expected slack, slack-webhook or teams")]
    [InlineData("notifications:\n  routes:\n    - {name: a, channel: teams}\n    - {name: A, channel: slack}", "guard.yaml:4: notifications.routes: more than one route is named A")]
    [InlineData("notifications:\n  quietHours: {from: '22:00'}", "guard.yaml:2: notifications.quietHours: needs from and to")]
    [InlineData("notifications:\n  quietHours: {from: 10pm, to: '07:00'}", "guard.yaml:2: notifications.quietHours.from: expected a time of day such as '22:00'")]
    [InlineData("notifications:\n  quietHours: {from: '22:00', to: '07:00', timeZone: Mars/Olympus}", "guard.yaml:2: notifications.quietHours.timeZone: not a time zone")]
    [InlineData("approvals:\n  approvers: [sam]", "guard.yaml:2: approvals.approvers: \"sam\" is not slack:U024BE7LH, entra:sam@acme.example or teams-link")]
    [InlineData("approvals:\n  fromPeer: [delete]", "guard.yaml:2: approvals.fromPeer: \"delete\" is not approve, reject")]
    [InlineData("approvals:\n  readers: [everybody]", "guard.yaml:2: approvals.readers: \"everybody\" is not slack:U024BE7LH or entra:sam@acme.example")]
    [InlineData("approvals:\n  persons:\n    sam: ['slack:U1']\n    kim: ['local:kim', 'SLACK:U1']", "guard.yaml:4: approvals.persons.kim: \"SLACK:U1\" is sam's already")]
    [InlineData("approvals:\n  persons:\n    sam: [teams-link]", "guard.yaml:3: approvals.persons.sam: \"teams-link\" is not slack:U024BE7LH or entra:sam@acme.example")]
    [InlineData("approvals:\n  maxExemptionDays: 0", "guard.yaml:2: approvals.maxExemptionDays: \"0\" is not a whole number from 1 to 366")]
    [InlineData("approvals:\n  approver: [teams-link]", "guard.yaml:2: approvals.approver: not a setting; did you mean approvers?")]
    [InlineData("ownerTag: [a]", "guard.yaml:1: ownerTag: expected a single string")]
    [InlineData("exemptions:\n  - {id: a, rule: SG-STOR-001, category: waiver, reason: r, requestedBy: b}", "guard.yaml:2: exemptions: expires is missing")]
    [InlineData("exemptions:\n  - {id: a, category: waiver, reason: r, requestedBy: b, expires: 2030-01-01}", "guard.yaml:2: exemptions: needs a rule, a resource or a tag")]
    [InlineData("exemptions:\n  - {id: a, rule: x, category: never, reason: r, requestedBy: b, expires: 2030-01-01}", "guard.yaml:2: exemptions.category: expected waiver or mitigated")]
    [InlineData("exemptions:\n  - {id: a, rule: x, category: waiver, reason: r, requestedBy: b, expires: 2030-01-01, maxSeverity: worst}", "guard.yaml:2: exemptions.maxSeverity: expected low, medium, high or critical")]
    [InlineData("exemptions:\n  - {id: a, rule: x, category: waiver, reason: r, requestedBy: b, expires: soon}", "guard.yaml:2: exemptions.expires: expected a date such as 2027-01-31")]
    public async Task A_wrong_setting_names_its_place(string yaml, string complaint)
    {
        using var folder = new Folder();
        var file = folder.Write("guard.yaml", yaml);
        var guard = await Guard.Run("scan", ServerlessGuard.Tests.Repository.Path("tests", "fixtures"), "--config", file);
        Assert.Equal(2, guard.Code);
        Assert.StartsWith(Path.Combine(folder.Path, complaint), guard.ComplaintLines[0], StringComparison.Ordinal);
        Assert.Empty(guard.Output);
    }

    [Theory]
    [InlineData("approvals: {fromPeer: [stop, approve]}", "warning: approvals.fromPeer: whoever controls the other cloud can approve here")]
    [InlineData("approvals: {peerLiftsOwnStop: true}", "warning: approvals.peerLiftsOwnStop: whoever controls the other cloud can lift a stop")]
    [InlineData("approvals: {fromPeer: [stop, reject], fromPeerPerHour: 3, maxPeerExemptionDays: 1}", null)]
    public async Task A_setting_that_is_lax_is_a_warning_and_no_fault(string yaml, string? warning)
    {
        using var folder = new Folder();
        var guard = await Guard.Run("permissions", "--provider", "aws", "--config", folder.Write("guard.yaml", yaml));
        Assert.Equal(0, guard.Code);
        Assert.Equal(warning is not null, guard.Complaints.Contains(warning ?? "warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_are_not_there_are_a_fault()
    {
        var guard = await Guard.Run("scan", ServerlessGuard.Tests.Repository.Path("tests", "fixtures"), "--config", "/no/guard.yaml");
        Assert.Equal((2, "/no/guard.yaml: no such file"), (guard.Code, guard.ComplaintLines[0]));
    }

    [Theory]
    [InlineData("id: ACME-1\ntitle: T", "rule.yaml:1: severity: missing")]
    [InlineData("id: SG-STOR-001\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {}", "rule.yaml:1: id: \"SG-STOR-001\" is not an id like ACME-TAG-001")]
    [InlineData("id: ACME-1\ntitle: T\nseverity: mild\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {}", "rule.yaml:3: severity: \"mild\" is not low, medium, high or critical")]
    [InlineData("id: ACME-1\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {type: 7}", "rule.yaml:7: schema: not a JSON Schema")]
    [InlineData("id: ACME-1\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {}\nexampels: []", "rule.yaml:8: exampels: unknown field")]
    [InlineData("id: ACME-1\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {}\n---\nid: ACME-1\ntitle: T\nseverity: low\nrisk: r\nfix: f\nnativeType: AWS::S3::Bucket\nschema: {}", "rule.yaml:9: id ACME-1 is already used by another rule in these files")]
    public async Task A_wrong_rule_names_its_line(string yaml, string complaint)
    {
        using var folder = new Folder();
        folder.Write("rule.yaml", yaml);
        var guard = await Guard.Run("rules", "test", "--rules-dir", folder.Path);
        Assert.Equal(1, guard.Code);
        Assert.Contains(guard.ComplaintLines, line => line.StartsWith(Path.Combine(folder.Path, complaint), StringComparison.Ordinal));
        var scan = await Guard.Run("scan", folder.Path, "--rules-dir", folder.Path);
        Assert.Equal(2, scan.Code);
    }

    [Fact]
    public async Task A_wrong_example_names_its_line_and_the_verdict()
    {
        using var folder = new Folder();
        folder.Write("rule.yaml", """
            id: ACME-1
            title: T
            severity: low
            risk: r
            fix: f
            nativeType: AWS::S3::Bucket
            schema: {required: [owner]}
            examples:
              - name: says it passes
                expect: Compliant
                document: {resourceType: "AWS::S3::Bucket", resourceId: b, configuration: {}}
            """);
        var guard = await Guard.Run("rules", "test", "--rules-dir", folder.Path);
        Assert.Equal(1, guard.Code);
        Assert.Contains("rule.yaml:9: ACME-1, example \"says it passes\": expected Compliant, got NonCompliant", guard.Complaints, StringComparison.Ordinal);
    }
}
