using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The requests of EC2, whose lists are written <c>Name.1</c>.</summary>
internal static class Ec2Calls
{
    public static AwsRequest Of(AwsRegion region, string action, params IEnumerable<(string Name, string Value)> parameters) =>
        AwsRequest.Form(region, "ec2", action, "2016-11-15",
            parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
}
