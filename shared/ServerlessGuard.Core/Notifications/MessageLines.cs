using System.Globalization;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Notifications;

/// <summary>
/// The lines of a message that every platform shows alike. Each foreign part is cleaned by itself, so that none reaches into the next.
/// </summary>
public static class MessageLines
{
    public const int MostApprovals = 5;

    private const int NameLength = 120;
    private const int ValueLength = 80;

    public static string Status(Message message) =>
        message.ExemptUntil is { } until ? $"{message.Status} until {MessageWords.Time(until)}" : message.Status;

    public static string Resource(MessageResource resource) =>
        $"{PlainText.Of(resource.Name, NameLength)} ({PlainText.Of(resource.NativeType, ValueLength)})";

    public static string Where(MessageResource resource) => string.Join(", ", Places(resource));

    public static string Step(MessageStep step) =>
        $"{step.At.UtcDateTime.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture)} {step.Text}";

    public static IEnumerable<string> Changes(MessagePlan plan)
    {
        foreach (var change in plan.Changes)
        {
            yield return $"{PlainText.Of(change.Path, ValueLength)}: {PlainText.Of(change.Before, ValueLength)} → "
                + $"{PlainText.Of(change.After, ValueLength)}";
        }

        if (plan.MoreChanges > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"and {plan.MoreChanges} more");
        }
    }

    public static string Footer(Message message) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{ShownName.Finding(message.FindingId)} · revision {message.Revision} · as of {MessageWords.Time(message.AsOf)}");

    public static string Severities(Digest digest) =>
        string.Join(", ",
            digest.BySeverity.Select(part =>
                string.Create(CultureInfo.InvariantCulture, $"{part.Count} {MessageWords.Of(part.Severity)}")));

    public static string Accounts(Digest digest)
    {
        var parts = digest.ByAccount.Select(part =>
            string.Create(CultureInfo.InvariantCulture, $"{part.Count} in {ShownName.Partition(part.Partition)}"));
        var named = string.Join(", ", parts);
        return digest.MoreAccounts > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{named}, and {digest.MoreAccounts} more accounts")
            : named;
    }

    public static string Item(DigestItem item) =>
        $"{MessageWords.Of(item.Severity)} · {Resource(item.Resource)} · {Where(item.Resource)} · {item.Status}";

    private static IEnumerable<string> Places(MessageResource resource)
    {
        yield return resource.Provider.Name();
        if (resource.Account is { } account && account != resource.Name)
        {
            yield return ShownName.Account(resource.Provider, account);
        }

        if (resource.Region is { } region)
        {
            yield return PlainText.Of(region, ValueLength);
        }
    }
}
