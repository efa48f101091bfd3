namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>One simulated service.</summary>
public interface IServiceApi
{
    /// <summary>As fault plans and the call log name it: <c>s3</c>, <c>s3control</c>.</summary>
    string Name { get; }

    WireFormat Format { get; }

    bool Serves(ApiRequest request);

    /// <summary>Which operation it is; null: none that the service has.</summary>
    string? OperationOf(ApiRequest request);

    /// <summary>Null: the operation exists, but not in this laboratory.</summary>
    ApiAnswer? Answer(string operation, ApiRequest request);
}

/// <summary>How errors are written.</summary>
public enum WireFormat
{
    Json,
    Query,
    Ec2,
    RestXml,
}
