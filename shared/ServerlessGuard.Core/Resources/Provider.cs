namespace ServerlessGuard.Resources;

public enum Provider
{
    Aws,
    Azure,
}
