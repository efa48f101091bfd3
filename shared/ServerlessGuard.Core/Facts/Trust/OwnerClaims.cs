namespace ServerlessGuard.Facts.Trust;

/// <summary>Claims beside the subject, in lower case, whose fixed value says who the caller is.</summary>
internal static class OwnerClaims
{
    /// <summary>One repository, project, workspace or person.</summary>
    public static readonly HashSet<string> Workloads = new(StringComparer.Ordinal)
    {
        "repository", "repository_id", "job_workflow_ref", "workflow_ref", "project_path", "project_id", "user_id", "terraform_project_id",
        "terraform_workspace_id", "repositoryuuid", "pipeline_id", "email", "oid",
    };

    /// <summary>An organisation, group, workspace of repositories or tenant.</summary>
    public static readonly HashSet<string> Owners = new(StringComparer.Ordinal)
    {
        "repository_owner", "repository_owner_id", "enterprise", "enterprise_id", "namespace_path", "namespace_id",
        "terraform_organization_id", "terraform_organization_name", "workspaceuuid", "organization_slug", "organization_id", "owner_id",
        "tid",
    };
}
