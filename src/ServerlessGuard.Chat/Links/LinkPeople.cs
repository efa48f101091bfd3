using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Links;

/// <summary>
/// Who decides by a link: whoever signed in, or to whom it was sent; else whoever the platform signed in, or typed a name.
/// </summary>
/// <param name="approvals">Who may.</param>
/// <param name="platformSignsIn">The platform signs people in before a request comes here, and says who it is in a header that it does not
/// let through from outside.</param>
/// <param name="signIn">Where people sign in themselves; null: nowhere.</param>
internal sealed class LinkPeople(ApprovalSettings approvals, bool platformSignsIn, SignInPage? signIn)
{
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-NAME";

    public SignInPage? SignIn => signIn;

    /// <summary>One of the two.</summary>
    public (Person? Person, string? Refusal) Of(ChatRequest request, Dictionary<string, string> form, ActionLinkContent content)
    {
        if (signIn is not null && !SignInPage.IsSignedIn(content))
        {
            return (null, "Sign in first: open the link again, and choose \"Sign in\". A typed name is not enough here.");
        }

        if (Who(request, form, content) is not { } person)
        {
            return (null,
                content.PersonId is null
                ? "Your name is missing: it goes on the timeline. Go back and fill it in."
                : "This link was not sent to anyone who can use it here.");
        }

        return approvals.Allows(person, isFromPeer: false) ? (person, null)
            : (null, $"You may not decide here: {person.Id} is not among approvals.approvers in guard.yaml. Ask whoever maintains that "
                + $"file to add it.");
    }

    /// <summary>One link, one decision; null where it takes one of each of two people, who share a link.</summary>
    public string? CommandId(ActionLinkContent content) =>
        content.PersonId is null && content.Kind is CommandKind.Approve
            && approvals.Needed(content.Target.FindingId?[..^33] ?? string.Empty) > 1 ? null : content.CommandId();

    private Person? Who(ChatRequest request, Dictionary<string, string> form, ActionLinkContent content)
    {
        if (content.PersonId is { } id)
        {
            // Nobody else is ever given a link: an operator decides at the table.
            return signIn is not null || Platforms.Asking(id) is not null ? new Person(id, id) : null;
        }

        if (platformSignsIn)
        {
            return request.Header(PrincipalHeader)?.Trim() is { Length: > 0 and <= 256 } principal
                ? new Person(principal, SignInPage.Prefix + principal)
                : null;
        }

        var name = form.GetValueOrDefault(ConfirmationPage.NameField);
        return string.IsNullOrWhiteSpace(name) || name.Length > ConfirmationPage.MaxName
            || PlainText.Of(name, ConfirmationPage.MaxName) is PlainText.Blank
            ? null
            : new Person(PlainText.Of(name, ConfirmationPage.MaxName) + " (by link)", "teams-link");
    }
}
