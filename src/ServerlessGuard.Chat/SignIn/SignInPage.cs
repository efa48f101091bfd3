using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>
/// A browser that comes back from the issuer. It brings the link that it left with and a token of the person; both hold, and the person
/// gets the page that asks, with a link of their own. Signing in decides nothing: somebody may have sent them there.
/// </summary>
internal sealed class SignInPage(LinkReader links, ISignIn signIn, ApprovalSettings approvals, TimeProvider time)
{
    /// <summary>The prefix of whom the issuer signed in.</summary>
    public const string Prefix = "entra:";

    private const string State = "state";
    private const string IdToken = "id_token";
    private const int IdLength = 32;

    /// <summary>Between signing in and pressing the button.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public Task<Uri?> AddressAsync(ActionLinkContent content, string token, CancellationToken cancellation) =>
        signIn.AddressAsync(token, Nonce(content), cancellation);

    /// <summary>The person's own link, or why there is none.</summary>
    public async Task<(ActionLinkContent? Content, string? Token, string? Problem)> ReturnAsync(Dictionary<string, string> form,
        CancellationToken cancellation)
    {
        var reading = await links.ReadAsync($"{ActionLink.Parameter}={form.GetValueOrDefault(State)}", cancellation);
        if (reading.Content is not { } content || IsSignedIn(content))
        {
            return (null, null,
                "The link that you came from has expired, or does not come from ServerlessGuard. Look for a newer message in the channel.");
        }

        var (person, fault) = await signIn.WhoAsync(form.GetValueOrDefault(IdToken), Nonce(content), cancellation);
        if (person is null)
        {
            return (null, null, $"You could not be signed in: {fault}. Open the link again.");
        }

        if (content.PersonId is { } sentTo && !approvals.IsSamePerson(sentTo, person.Id))
        {
            return (null, null,
                $"This link was sent to {sentTo}, and you signed in as {person.Id}. If both are you, ask whoever maintains guard.yaml to "
                    + $"add both to approvals.persons.");
        }

        var until = time.GetUtcNow() + Life;
        var own = content with
        {
            PersonId = person.Id,
            AnswersId = content.AnswersId ?? CommandId(content, person),
            Expires = until < content.Expires ? until : content.Expires,
            Nonce = RandomNumberGenerator.GetHexString(24, lowercase: true),
        };
        return await links.SignAsync(own, cancellation) is { } token
            ? (own, token, null)
            : (null, null, "The link key cannot be read at the moment. Try again in a minute.");
    }

    public static bool IsSignedIn(ActionLinkContent content) => content.PersonId?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    /// <summary>Everything that the link is about, its plan and its own nonce included.</summary>
    private static string Nonce(ActionLinkContent content) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "action-link-sign-in\n"u8, .. content.Payload()]));

    /// <summary>One link, one decision; where it takes two people, one of each of them.</summary>
    private string CommandId(ActionLinkContent content, Person person) =>
        content.Kind is CommandKind.Approve && approvals.Needed(content.Target.FindingId?[..^33] ?? string.Empty) > 1
            ? Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes($"action-link-person\n{content.CommandId()}\n{person.Id}")))[..IdLength]
            : content.CommandId();
}
