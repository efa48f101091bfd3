using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The requests of IAM, Query protocol.</summary>
internal static class IamCalls
{
    public static AwsRequest Of(string action, params (string Name, string Value)[] parameters) =>
        AwsRequest.Form(AwsRegion.Global, "iam", action, "2010-05-08",
            parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
}
