using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Who changes things in the simulated account.</summary>
public static class Actors
{
    /// <summary>Who calls the simulated API.</summary>
    public static string Guard(SimulatedAccount account) => $"arn:aws:sts::{account.Id}:assumed-role/guard-remediate/simulated";

    /// <summary>Who breaks things in the story.</summary>
    public static string Person(SimulatedAccount account) => $"arn:aws:sts::{account.Id}:assumed-role/AWSReservedSSO_Developer/jane";
}
