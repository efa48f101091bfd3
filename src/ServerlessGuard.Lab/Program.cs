using ServerlessGuard.Lab.Aws;

// Both clouds on one laptop. Everything that it shows is simulated but the hosts themselves.
switch (args)
{
    case ["aws", .. var rest]:
        return await AwsLabCommand.RunAsync(rest, Console.In, Console.Out, Console.Error, TimeProvider.System);
    default:
        await Console.Error.WriteLineAsync("guard-lab aws …");
        return 2;
}
