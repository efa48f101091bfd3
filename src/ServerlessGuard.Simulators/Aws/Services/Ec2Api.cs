using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>EC2: security groups and instance metadata.</summary>
/// <remarks>Source: EC2 API reference; botocore's model of ec2 2016-11-15.</remarks>
public sealed class Ec2Api(SimulatedAccount account) : IServiceApi
{
    private const string Group = "AWS::EC2::SecurityGroup";
    private const string Instance = "AWS::EC2::Instance";
    private static readonly XNamespace Ns = "http://ec2.amazonaws.com/doc/2016-11-15/";

    public string Name => "ec2";

    public WireFormat Format => WireFormat.Ec2;

    public bool Serves(ApiRequest request) => request.SigningName is "ec2";

    public string? OperationOf(ApiRequest request) => request.Form.GetValueOrDefault("Action");

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation switch
    {
        "DescribeSecurityGroups" =>
            Answer(operation,
                new XElement(Ns + "securityGroupInfo", request.List("GroupId").Select(id => Ec2Groups.Write(Ns, FindGroup(id))))),
        "RevokeSecurityGroupIngress" => Ingress(operation, request, Ec2Groups.Revoke),
        "AuthorizeSecurityGroupIngress" => Ingress(operation, request, Ec2Groups.Authorize),
        "DescribeInstances" => Answer(operation, new XElement(
            Ns + "reservationSet",
            request.List("InstanceId")
            .Select(id => new XElement(Ns + "item", new XElement(Ns + "instancesSet", WriteInstance(FindInstance(id))))))),
        "ModifyInstanceMetadataOptions" => Metadata(operation, request),
        _ => null,
    };

    private ApiAnswer Ingress(string operation, ApiRequest request, Action<JsonArray, IReadOnlyList<JsonObject>> change)
    {
        var id = request.Required("GroupId");
        var asked = Ec2Groups.Read(request).ToList();

        // Checked on a copy first: the call takes all ranges or none.
        change((JsonArray)ConfigItem.Configuration(FindGroup(id))["ipPermissions"]!, asked);
        account.Change(Group, id, Actors.Guard(account),
            item => change((JsonArray)ConfigItem.Configuration(item)["ipPermissions"]!, asked));
        return Answer(operation, new XElement(Ns + "return", true));
    }

    private ApiAnswer Metadata(string operation, ApiRequest request)
    {
        var id = request.Required("InstanceId");
        FindInstance(id);
        account.Change(Instance, id, Actors.Guard(account), item =>
        {
            var options = ConfigItem.Configuration(item)["metadataOptions"]!;
            options["httpTokens"] = request.Form.GetValueOrDefault("HttpTokens") ?? (string?)options["httpTokens"];
            options["httpEndpoint"] = request.Form.GetValueOrDefault("HttpEndpoint") ?? (string?)options["httpEndpoint"];
        });
        return Answer(operation, new XElement(Ns + "instanceId", id), Options(FindInstance(id), "instanceMetadataOptions"));
    }

    private JsonObject FindGroup(string id) =>
        account.Find(Group, id) ?? throw new ApiFaultException(400, "InvalidGroup.NotFound", $"The security group '{id}' does not exist");

    private JsonObject FindInstance(string id) =>
        account.Find(Instance, id)
            ?? throw new ApiFaultException(400, "InvalidInstanceID.NotFound", $"The instance ID '{id}' does not exist");

    private static XElement WriteInstance(JsonObject item) => new(
        Ns + "item",
        new XElement(Ns + "instanceId", ConfigItem.Id(item)),
        new XElement(Ns + "instanceState", new XElement(Ns + "code", 16),
            new XElement(Ns + "name", (string?)ConfigItem.Configuration(item)["state"]?["name"])),
        Options(item, "metadataOptions"));

    private static XElement Options(JsonObject item, string name) => new(
        Ns + name,
        (ConfigItem.Configuration(item)["metadataOptions"] as JsonObject ?? [])
            .Select(option => new XElement(Ns + option.Key, option.Value?.ToString())));

    private static ApiAnswer Answer(string operation, params XElement[] content) =>
        ApiAnswer.Xml(new XElement(Ns + (operation + "Response"), new XElement(Ns + "requestId", "simulated"), content));
}
