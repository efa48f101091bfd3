using ServerlessGuard.Documents;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Facts.Azure;

/// <summary>One permission object of a role definition: actions less its own notActions, dataActions less its own notDataActions.</summary>
internal static class RolePermission
{
    /// <summary>
    /// Every action, and its notActions leave the holder the power to hand out roles: whoever holds it may do everything.
    /// </summary>
    public static bool EveryAction(Doc permission) =>
        All(permission["actions"])
            && !Texts(permission["notActions"])
            .Any(not => Glob.Covers(not, "Microsoft.Authorization/roleAssignments/write", ignoreCase: true));

    /// <summary>Every data action; only notDataActions that leave nothing take that away.</summary>
    public static bool EveryDataAction(Doc permission) =>
        All(permission["dataActions"]) && !Texts(permission["notDataActions"]).Any(not => Glob.Covers(not, "*") || not is "*/*");

    /// <summary>All actions, or those that write role assignments and definitions.</summary>
    public static bool ChangesAccess(Doc permission) =>
        Texts(permission["actions"]).Any(action =>
            Glob.Covers(action, "*") || Glob.Covers(action, "Microsoft.Authorization/*/write", ignoreCase: true)
            || Glob.Matches(action, "Microsoft.Authorization/roleAssignments/write", ignoreCase: true))
        && !Texts(permission["notActions"]).Any(not => Glob.Covers(not, "*"));

    /// <summary>Something is written or deleted; a support request, and an action that only shows, are not.</summary>
    public static bool Writes(Doc permission) =>
        Writes(permission["actions"], permission["notActions"]) || Writes(permission["dataActions"], permission["notDataActions"]);

    private static bool Writes(Doc actions, Doc not) => Texts(actions).Any(action =>
        !action.StartsWith("Microsoft.Support/", StringComparison.OrdinalIgnoreCase)
        && (action.EndsWith("/write", StringComparison.OrdinalIgnoreCase) || action.EndsWith("/delete", StringComparison.OrdinalIgnoreCase)
            || action.EndsWith('*'))
        && !Texts(not).Any(taken => Glob.Covers(taken, action, ignoreCase: true)));

    private static bool All(Doc actions) => Texts(actions).Any(action => Glob.Covers(action, "*") || action is "*/*");

    private static IEnumerable<string> Texts(Doc list) => list.OneOrMany().Select(action => action.Text).OfType<string>();
}
