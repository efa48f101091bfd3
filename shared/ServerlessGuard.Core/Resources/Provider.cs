namespace ServerlessGuard.Resources;

public enum Provider
{
    Aws,
    Azure,
}

public static class Providers
{
    /// <summary>As people write it.</summary>
    public static string Name(this Provider provider) => provider switch
    {
        Provider.Aws => "AWS",
        Provider.Azure => "Azure",
    };
}
