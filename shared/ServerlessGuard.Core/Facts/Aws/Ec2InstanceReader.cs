using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::EC2::Instance</c>: <c>metadataOptions</c> (absent in items of before its time) and <c>iamInstanceProfile</c>.</summary>
/// <remarks>Source: aws-config-resource-schema, AWS::EC2::Instance; EC2 API reference, InstanceMetadataOptionsResponse.</remarks>
public sealed class Ec2InstanceReader : FactReader
{
    public override string NativeType => "AWS::EC2::Instance";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.InstanceMetadata];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Tokens = "configuration.metadataOptions.httpTokens";
        const string Endpoint = "configuration.metadataOptions.httpEndpoint";
        var options = resource.Configuration["metadataOptions"];
        var required = options["httpTokens"].Text is { } tokens
            ? new Fact(tokens.Equals("required", StringComparison.OrdinalIgnoreCase), Tokens, options["httpTokens"].ToString())
            : Fact.Unknown(Tokens, "metadataOptions is not in the item: read the instance again (describe-instances)");
        var off = options["httpEndpoint"].Text is { } endpoint
            ? new Fact(endpoint.Equals("disabled", StringComparison.OrdinalIgnoreCase), Endpoint, options["httpEndpoint"].ToString())
            : options.IsPartial ? Fact.Unselected(Endpoint) : Fact.False(Endpoint, "(absent: enabled)");
        facts.Add(new InstanceMetadataFacts(resource.Ref)
        {
            TokensRequired = off.Value is true ? off : required.Value is null ? required : required | off,
            HasRole = resource.Configuration["iamInstanceProfile", "arn"].Exists,
            OutOfReach = resource.Configuration["state", "name"].Is("terminated") ? "the instance is terminated" : null,
        });
    }
}
