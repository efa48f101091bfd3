namespace ServerlessGuard.Remediation.Seals;

/// <summary>One person's yes to a plan.</summary>
/// <param name="Person">See <see cref="Guards.Person.Id"/>.</param>
/// <param name="Command">The id of the command that it came with: the same one carried out again is the same yes.</param>
/// <param name="At">When it was carried out.</param>
public sealed record SealedApproval(string Person, string Name, string Command, DateTimeOffset At);
