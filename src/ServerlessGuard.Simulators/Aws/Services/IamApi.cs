using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>IAM: users with their keys and policies, roles, managed policies.</summary>
/// <remarks>Source: botocore's model of iam 2010-05-08. Documents are percent-encoded in answers, as in items.</remarks>
public sealed class IamApi(SimulatedAccount account) : IServiceApi
{
    private const string User = "AWS::IAM::User";
    private const string Role = "AWS::IAM::Role";
    private const string Policy = "AWS::IAM::Policy";
    private static readonly XNamespace Ns = "https://iam.amazonaws.com/doc/2010-05-08/";

    public string Name => "iam";

    public WireFormat Format => WireFormat.Query;

    public bool Serves(ApiRequest request) => request.SigningName is "iam";

    public string? OperationOf(ApiRequest request) => request.Form.GetValueOrDefault("Action");

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation switch
    {
        "GetUser" => Answer(operation, WriteUser(Find(User, request.Required("UserName"), "user"))),
        "ListUserTags" => Answer(operation, Tags(Find(User, request.Required("UserName"), "user")), NotTruncated()),
        "ListRoleTags" => Answer(operation, Tags(Find(Role, request.Required("RoleName"), "role")), NotTruncated()),
        "ListPolicyTags" => Answer(operation, Tags(Find(Policy, request.Required("PolicyArn"), "policy")), NotTruncated()),
        "ListAccessKeys" => ListKeys(operation, request.Required("UserName")),
        "GetAccessKeyLastUsed" => LastUsed(operation, request.Required("AccessKeyId")),
        "UpdateAccessKey" => UpdateKey(operation, request),
        "GetLoginProfile" => LoginProfile(operation, request.Required("UserName")),
        "DeleteLoginProfile" =>
            account.Credentials.RemovePassword(request.Required("UserName"))
                ? Answer(operation)
                : throw Missing("Login Profile", request.Required("UserName")),
        "ListServiceSpecificCredentials" => Answer(operation, List("ServiceSpecificCredentials", []), NotTruncated()),
        "ListMFADevices" => Answer(operation, List("MFADevices", []), NotTruncated()),
        "GetUserPolicy" => InlinePolicy(operation, request),
        "PutUserPolicy" => PutInline(operation, request),
        "DeleteUserPolicy" => DeleteInline(operation, request),
        "GetRole" => Answer(operation, WriteRole(Find(Role, request.Required("RoleName"), "role"))),
        "UpdateAssumeRolePolicy" =>
            Change(operation, Role, request.Required("RoleName"), "role",
                configuration => configuration["assumeRolePolicyDocument"] = Encoded(request.Required("PolicyDocument"))),
        "ListAttachedRolePolicies" => Answer(operation, Attached(Find(Role, request.Required("RoleName"), "role")), NotTruncated()),
        "AttachRolePolicy" =>
            Change(operation, Role, request.Required("RoleName"), "role",
                configuration => Attach(configuration, request.Required("PolicyArn"))),
        "DetachRolePolicy" =>
            Change(operation, Role, request.Required("RoleName"), "role",
                configuration => Detach(configuration, request.Required("PolicyArn"))),
        "PutRolePermissionsBoundary" =>
            Change(operation, Role, request.Required("RoleName"), "role",
                configuration => configuration["permissionsBoundary"] = Boundary(request.Required("PermissionsBoundary"))),
        "DeleteRolePermissionsBoundary" =>
            Change(operation, Role, request.Required("RoleName"), "role", configuration => configuration["permissionsBoundary"] = null),
        "ListPolicyVersions" => Answer(operation, List("Versions", Versions(request).Select(WriteVersion)), NotTruncated()),
        "GetPolicyVersion" => Answer(operation, PolicyVersion(request)),
        "SetDefaultPolicyVersion" =>
            Change(operation, Policy, request.Required("PolicyArn"), "policy",
                configuration => SetDefault(configuration, request.Required("VersionId"))),
        "GetOpenIDConnectProvider" => throw Missing("OpenIDConnect Provider", request.Required("OpenIDConnectProviderArn")),
        _ => null,
    };

    private static XElement Tags(JsonObject item) =>
        List("Tags", (item["tags"] as JsonObject ?? [])
            .Select(tag => Element("member", ("Key", tag.Key), ("Value", (string?)tag.Value ?? string.Empty))));

    private ApiAnswer ListKeys(string operation, string user)
    {
        Find(User, user, "user");
        return Answer(
            operation,
            List("AccessKeyMetadata", account.Credentials.Keys(user).Select(key => Element(
                "member", ("UserName", user), ("AccessKeyId", key.Id), ("Status", key.Active ? "Active" : "Inactive"),
                ("CreateDate", AccountItems.Day(key.Created))))),
            NotTruncated());
    }

    private ApiAnswer LastUsed(string operation, string id)
    {
        var key = account.Credentials.Key(id) ?? throw new ApiFaultException(403, "AccessDenied", "the key is not of this account");
        return Answer(operation, Element("UserName", key.User), Element(
            "AccessKeyLastUsed",
            [.. key.LastUsed is { } used ? [("LastUsedDate", AccountItems.Day(used))] : Array.Empty<(string, string)>(),
                ("ServiceName", key.LastUsed is null ? "N/A" : "s3"), ("Region", key.LastUsed is null ? "N/A" : account.Region)]));
    }

    private ApiAnswer UpdateKey(string operation, ApiRequest request)
    {
        var id = request.Required("AccessKeyId");
        var key = account.Credentials.Key(id) is { } found && found.User == request.Required("UserName")
            ? found
            : throw Missing("Access Key", id);
        account.Credentials.Put(key with { Active = request.Required("Status") is "Active" });
        return Answer(operation);
    }

    private ApiAnswer LoginProfile(string operation, string user) => account.Credentials.Password(user) is { } set
        ? Answer(operation,
            Element("LoginProfile", ("UserName", user), ("CreateDate", AccountItems.Day(set)), ("PasswordResetRequired", "false")))
        : throw Missing("Login Profile", user);

    private ApiAnswer InlinePolicy(string operation, ApiRequest request)
    {
        var (user, name) = (request.Required("UserName"), request.Required("PolicyName"));
        var policy = Inline(ConfigItem.Configuration(Find(User, user, "user")))
            .FirstOrDefault(policy => (string?)policy!["policyName"] == name)
            ?? throw Missing("user policy", name);
        return Answer(operation, Element("UserName", user), Element("PolicyName", name),
            Element("PolicyDocument", (string)policy["policyDocument"]!));
    }

    private ApiAnswer PutInline(string operation, ApiRequest request) =>
        Change(operation, User, request.Required("UserName"), "user", configuration =>
    {
        RemoveInline(configuration, request.Required("PolicyName"));
        Inline(configuration)
            .Add((JsonNode)new JsonObject
                { ["policyName"] = request.Required("PolicyName"), ["policyDocument"] = Encoded(request.Required("PolicyDocument")) });
    });

    private ApiAnswer DeleteInline(string operation, ApiRequest request) =>
        Change(operation, User, request.Required("UserName"), "user", configuration =>
    {
        if (!RemoveInline(configuration, request.Required("PolicyName")))
        {
            throw Missing("user policy", request.Required("PolicyName"));
        }
    });

    private IEnumerable<JsonObject> Versions(ApiRequest request) =>
        (ConfigItem.Configuration(Find(Policy, request.Required("PolicyArn"), "policy"))["policyVersionList"] as JsonArray ?? [])
            .Select(version => version!.AsObject());

    private XElement PolicyVersion(ApiRequest request)
    {
        var version = Versions(request).FirstOrDefault(version => (string?)version["versionId"] == request.Required("VersionId"))
            ?? throw Missing("policy version", request.Required("VersionId"));
        var written = WriteVersion(version);
        written.Name = Ns + "PolicyVersion";
        written.Add(Element("Document", (string)version["document"]!));
        return written;
    }

    private ApiAnswer Change(string operation, string type, string name, string what, Action<JsonObject> change)
    {
        // On a copy first: what throws has changed nothing.
        change(ConfigItem.Configuration(Find(type, name, what)));
        account.Change(type, name, Actors.Guard(account), item => change(ConfigItem.Configuration(item)));
        return Answer(operation);
    }

    private JsonObject Find(string type, string name, string what) => account.Find(type, name) ?? throw Missing(what, name);

    private static ApiFaultException Missing(string what, string name) =>
        new(404, "NoSuchEntity", $"The {what} with name {name} cannot be found.");

    private static XElement WriteUser(JsonObject item) => Element(
        "User",
        ("Path", "/"),
        ("UserName", (string)ConfigItem.Configuration(item)["userName"]!),
        ("UserId", ConfigItem.Id(item)),
        ("Arn", (string)item["ARN"]!),
        ("CreateDate", (string)ConfigItem.Configuration(item)["createDate"]!));

    private static XElement WriteRole(JsonObject item)
    {
        var configuration = ConfigItem.Configuration(item);
        var role = Element(
            "Role",
            ("Path", (string)configuration["path"]!),
            ("RoleName", (string)configuration["roleName"]!),
            ("RoleId", ConfigItem.Id(item)),
            ("Arn", (string)item["ARN"]!),
            ("CreateDate", (string)configuration["createDate"]!),
            ("AssumeRolePolicyDocument", (string)configuration["assumeRolePolicyDocument"]!));
        if ((string?)configuration["permissionsBoundary"]?["permissionsBoundaryArn"] is { } boundary)
        {
            role.Add(Element("PermissionsBoundary", ("PermissionsBoundaryType", "Policy"), ("PermissionsBoundaryArn", boundary)));
        }

        return role;
    }

    private static XElement WriteVersion(JsonObject version) => Element(
        "member",
        ("VersionId", (string)version["versionId"]!),
        ("IsDefaultVersion", (bool?)version["isDefaultVersion"] is true ? "true" : "false"),
        ("CreateDate", (string)version["createDate"]!));

    private static XElement Attached(JsonObject role) =>
        List("AttachedPolicies", (ConfigItem.Configuration(role)["attachedManagedPolicies"] as JsonArray ?? []).Select(policy =>
        Element("member", ("PolicyName", (string)policy!["policyName"]!), ("PolicyArn", (string)policy["policyArn"]!))));

    private static void Attach(JsonObject configuration, string arn)
    {
        Detach(configuration, arn);
        configuration["attachedManagedPolicies"]!.AsArray()
            .Add((JsonNode)new JsonObject { ["policyName"] = arn[(arn.LastIndexOf('/') + 1)..], ["policyArn"] = arn });
    }

    private static void Detach(JsonObject configuration, string arn)
    {
        var attached = configuration["attachedManagedPolicies"]!.AsArray();
        foreach (var policy in attached.Where(policy => (string?)policy!["policyArn"] == arn).ToList())
        {
            attached.Remove(policy);
        }
    }

    private static void SetDefault(JsonObject configuration, string version)
    {
        foreach (var one in configuration["policyVersionList"]!.AsArray())
        {
            one!["isDefaultVersion"] = (string?)one["versionId"] == version;
        }

        configuration["defaultVersionId"] = version;
    }

    private static JsonObject Boundary(string arn) =>
        new() { ["permissionsBoundaryType"] = "PermissionsBoundaryPolicy", ["permissionsBoundaryArn"] = arn };

    private static JsonArray Inline(JsonObject configuration) => configuration["userPolicyList"]!.AsArray();

    private static bool RemoveInline(JsonObject configuration, string name) =>
        Inline(configuration).FirstOrDefault(policy => (string?)policy!["policyName"] == name) is { } there
            && Inline(configuration).Remove(there);

    private static string Encoded(string document) => Uri.EscapeDataString(document);

    private static XElement NotTruncated() => Element("IsTruncated", "false");

    private static XElement List(string name, IEnumerable<XElement> members) => new(Ns + name, members);

    private static XElement Element(string name, string value) => new(Ns + name, value);

    private static XElement Element(string name, params (string Name, string Value)[] children) =>
        new(Ns + name, children.Select(child => new XElement(Ns + child.Name, child.Value)));

    private static ApiAnswer Answer(string operation, params XElement[] result) => ApiAnswer.Xml(new XElement(
        Ns + (operation + "Response"),
        new XElement(Ns + (operation + "Result"), result),
        new XElement(Ns + "ResponseMetadata", new XElement(Ns + "RequestId", "simulated"))));
}
