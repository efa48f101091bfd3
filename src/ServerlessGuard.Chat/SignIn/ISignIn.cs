using ServerlessGuard.Guards;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>
/// An issuer that people sign in with. What it says of a person, it signs: nobody who holds another cloud, or a link, can say it for them.
/// </summary>
public interface ISignIn
{
    /// <summary>
    /// Where the browser goes to sign in, and from where it comes back with a form; null: the issuer cannot be asked now.
    /// </summary>
    /// <param name="nonce">Stands in the token that comes back.</param>
    /// <param name="cancellation">Ends the wait for the issuer.</param>
    Task<Uri?> AddressAsync(string state, string nonce, CancellationToken cancellation);

    /// <summary>Whom the issuer signed in, or why that does not count.</summary>
    /// <param name="token">An id token, as the browser brought it.</param>
    /// <param name="nonce">That it must hold.</param>
    /// <param name="cancellation">Ends the wait for the issuer.</param>
    Task<SignedIn> WhoAsync(string? token, string nonce, CancellationToken cancellation);
}

/// <summary>One of the two.</summary>
/// <param name="Person"><c>entra:kim@acme.example</c>.</param>
/// <param name="Fault">One sentence's end; the token is never in it.</param>
public sealed record SignedIn(Person? Person, string? Fault);
