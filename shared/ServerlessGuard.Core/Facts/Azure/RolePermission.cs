using ServerlessGuard.Documents;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Facts.Azure;

/// <summary>One permission object of a role definition: actions less its own notActions, dataActions less its own notDataActions.</summary>
internal static class RolePermission
{
    /// <summary>What makes it everything, in words; null when it is not. notActions that leave reading only take everything away.</summary>
    public static string? Everything(Doc permission)
    {
        if (All(permission["actions"]) && !LeavesReadingOnly(permission["notActions"]))
        {
            return "actions: *";
        }

        return All(permission["dataActions"]) && !LeavesReadingOnly(permission["notDataActions"]) ? "dataActions: *" : null;
    }

    /// <summary>All actions, or those that write role assignments and definitions.</summary>
    public static bool ChangesAccess(Doc permission) =>
        Texts(permission["actions"]).Any(action =>
            Glob.Covers(action, "*") || Glob.Covers(action, "Microsoft.Authorization/*/write", ignoreCase: true)
            || Glob.Matches(action, "Microsoft.Authorization/roleAssignments/write", ignoreCase: true))
        && !Texts(permission["notActions"]).Any(not => Glob.Covers(not, "*"));

    private static bool All(Doc actions) => Texts(actions).Any(action => Glob.Covers(action, "*") || action is "*/*");

    private static bool LeavesReadingOnly(Doc notActions) => Texts(notActions).Any(not => Glob.Covers(not, "*") || Glob.Covers(not, "*/write", ignoreCase: true));

    private static IEnumerable<string> Texts(Doc list) => list.OneOrMany().Select(action => action.Text).OfType<string>();
}
