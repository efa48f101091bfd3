using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>What ARM does with a request of a known caller: any resource id, by one set of rules.</summary>
public sealed partial class ArmApi(ArmStore store, string subscription, TimeProvider time)
{
    /// <summary>Settings that ARM shows only to POST …/list.</summary>
    private static readonly string[] Hidden =
        ["appsettings", "connectionstrings", "azurestorageaccounts", "publishingcredentials", "authsettings"];

    private readonly LongRunning _running = new();

    /// <summary>Told about every write, delete and action that took place, before it is answered.</summary>
    public Action<ArmChange>? Changed { get; set; }

    /// <summary>How many members a list shows at once.</summary>
    public int PageSize { get; set; } = 3;

    /// <summary>Types whose writes are answered 202 and take place some polls later.</summary>
    public ISet<string> SlowTypes { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Remediation tasks and what they do.</summary>
    public PolicyRemediations Policies { get; } = new();

    public ArmAnswer Answer(ArmRequest request)
    {
        if (request.ApiVersion is null)
        {
            return ArmAnswer.Error(400, "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.");
        }

        if (!ApiVersion().IsMatch(request.ApiVersion))
        {
            return ArmAnswer.Error(400, "InvalidApiVersionParameter", $"The api-version '{request.ApiVersion}' is invalid.");
        }

        if (string.Equals(request.Path.Trim('/'), "providers/Microsoft.ResourceGraph/resources", StringComparison.OrdinalIgnoreCase))
        {
            return request.Method == "POST"
                ? ResourceGraph.Query(store, subscription, request.Body, PageSize)
                : ArmAnswer.Error(405, "MethodNotAllowed", "POST only.");
        }

        if (_running.Find(request.Path) is { } operation)
        {
            return operation.Poll();
        }

        if (ArmPath.Parse(request.Path) is not { } path)
        {
            return ArmAnswer.Error(404, "InvalidResourceType", "The path names no resource.");
        }

        if (ArmId.Subscription(path.Id) is { } named && named != subscription)
        {
            return ArmAnswer.Error(404, "SubscriptionNotFound", $"The subscription '{named}' could not be found.");
        }

        return (request.Method, path.Collection) switch
        {
            ("GET", null) => Get(path, request),
            ("GET", not null) => List(path, request),
            ("HEAD", null) => store.Find(path.Id) is null ? new ArmAnswer(404, null) : new ArmAnswer(204, null),
            ("PUT", null) => Put(path, request),
            ("PATCH", null) => Patch(path, request),
            ("DELETE", null) => Delete(path, request),
            ("POST", { } action) => Act(path, action, request),
            _ => ArmAnswer.Error(405, "MethodNotAllowed", $"{request.Method} is not allowed here."),
        };
    }

    private ArmAnswer Get(ArmPath path, ArmRequest request)
    {
        if (path.Type.Equals("Microsoft.Web/sites/config", StringComparison.OrdinalIgnoreCase)
            && Hidden.Contains(ArmId.Name(path.Id), StringComparer.OrdinalIgnoreCase))
        {
            return ArmAnswer.Error(405, "MethodNotAllowed", "The requested resource does not support http method 'GET'.");
        }

        var task = Policies.Poll(path.Id, store);
        foreach (var change in task)
        {
            Tell(request, ArmOperation.Write, change, ArmId.Type(change) + "/write");
        }

        return store.Find(path.Id) is { } found ? WithEtag(ArmAnswer.Json(200, found), path.Id) : NotFound(path);
    }

    private ArmAnswer List(ArmPath path, ArmRequest request)
    {
        if (ArmId.Type(path.Id) is { } owner && owner.Contains('/', StringComparison.Ordinal)
            && !owner.StartsWith("Microsoft.Resources/", StringComparison.OrdinalIgnoreCase)
            && store.Find(path.Id) is null)
        {
            return ArmAnswer.Error(404, "ParentResourceNotFound", $"The resource '{path.Id}' was not found.");
        }

        var members = path.Type.Equals("Microsoft.Authorization/roleAssignments", StringComparison.OrdinalIgnoreCase)
            ? Assignments(path, request.Filter)
            : store.List(path);
        var page = members.Skip(request.Skip).Take(PageSize).ToArray();
        var answer = new JsonObject { ["value"] = new JsonArray([.. page]) };
        if (request.Skip + page.Length < members.Count)
        {
            var filter = request.Filter is null ? "" : "&$filter=" + Uri.EscapeDataString(request.Filter);
            answer["nextLink"] =
                $"{request.Origin}{request.Path}?api-version={request.ApiVersion}{filter}&$skiptoken={request.Skip + page.Length}";
        }

        return ArmAnswer.Json(200, answer);
    }

    /// <summary>At the scope and above it; below it too unless the filter says atScope().</summary>
    private List<JsonObject> Assignments(ArmPath path, string? filter)
    {
        var scope = ArmId.Key(path.Id);
        return
        [
            .. store.All.Where(each => string.Equals((string?)each["type"], path.Type, StringComparison.OrdinalIgnoreCase)).Where(each =>
            {
                var at = ArmId.Parent((string)each["id"]!) is { } parent ? ArmId.Key(parent) : "";
                var above = scope == at || scope.StartsWith(at + "/", StringComparison.Ordinal);
                return above || filter?.Contains("atScope()", StringComparison.OrdinalIgnoreCase) != true
                    && at.StartsWith(scope + "/", StringComparison.Ordinal);
            }),
        ];
    }

    private ArmAnswer Put(ArmPath path, ArmRequest request)
    {
        if (Refusal(path, request, creates: true) is { } refusal)
        {
            return refusal;
        }

        var existed = store.Find(path.Id) is not null;
        if (PolicyRemediations.Accept(path, request.Body!) is { } task)
        {
            store.Put(path.Id, task);
            Tell(request, ArmOperation.Write, path.Id, path.Type + "/write");
            return ArmAnswer.Json(existed ? 200 : 201, store.Find(path.Id)!);
        }

        return Write(path, request, () => store.Put(path.Id, request.Body!), existed ? 200 : 201);
    }

    private ArmAnswer Patch(ArmPath path, ArmRequest request) =>
        Refusal(path, request, creates: false) ?? Write(path, request, () => store.Patch(path.Id, request.Body!), 200);

    private ArmAnswer Write(ArmPath path, ArmRequest request, Action write, int status)
    {
        if (!SlowTypes.Contains(path.Type))
        {
            write();
            Tell(request, ArmOperation.Write, path.Id, path.Type + "/write");
            return WithEtag(ArmAnswer.Json(status, store.Find(path.Id)!), path.Id);
        }

        var operation = _running.Begin(
            $"/subscriptions/{subscription}/providers/{path.Type.Split('/')[0]}/locations/westeurope/operationStatuses", () =>
        {
            write();
            Tell(request, ArmOperation.Write, path.Id, path.Type + "/write");
        });
        return new ArmAnswer(202, null)
            .With("Azure-AsyncOperation", $"{request.Origin}{operation}?api-version={request.ApiVersion}")
            .With("Location", $"{request.Origin}{operation}?api-version={request.ApiVersion}")
            .With("Retry-After", "0");
    }

    private ArmAnswer Delete(ArmPath path, ArmRequest request)
    {
        if (store.Find(path.Id) is null)
        {
            return new ArmAnswer(204, null);
        }

        if (Mismatch(path, request) is { } mismatch)
        {
            return mismatch;
        }

        store.Delete(path.Id);
        Tell(request, ArmOperation.Delete, path.Id, path.Type + "/delete");
        return new ArmAnswer(200, "{}");
    }

    private ArmAnswer Act(ArmPath path, string action, ArmRequest request)
    {
        var at = path.Id;
        var type = path.Type[..path.Type.LastIndexOf('/')];
        if (store.Find(at) is not { } target)
        {
            return NotFound(path with { Type = type });
        }

        var answer = action.ToLowerInvariant() switch
        {
            "list" => ArmAnswer.Json(200, target),
            "listkeys" or "regeneratekey" =>
                ArmAnswer.Json(200, new JsonObject { ["key1"] = "simulated", ["key2"] = "simulated", ["keys"] = new JsonArray() }),
            _ => ArmAnswer.Error(404, "InvalidResourceType", $"The lab has no action {action}."),
        };
        if (answer.Status == 200)
        {
            Tell(request, ArmOperation.Action, at, $"{type}/{action}/action");
        }

        return answer;
    }

    private ArmAnswer? Refusal(ArmPath path, ArmRequest request, bool creates)
    {
        if (request.Body is null)
        {
            return ArmAnswer.Error(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.");
        }

        if (!creates && store.Find(path.Id) is null)
        {
            return NotFound(path);
        }

        if (creates && path.Type.Count(letter => letter == '/') > 1 && ArmId.Parent(path.Id) is { } parent
            && ArmId.Type(parent) is { } owner
            && !owner.EndsWith("/blobServices", StringComparison.OrdinalIgnoreCase) && store.Find(parent) is null)
        {
            return ArmAnswer.Error(404, "ParentResourceNotFound",
                $"Can not perform requested operation on nested resource. Parent resource '{parent}' not found.");
        }

        return Mismatch(path, request);
    }

    private ArmAnswer? Mismatch(ArmPath path, ArmRequest request)
    {
        var etag = store.Etag(path.Id);
        var exists = store.Find(path.Id) is not null;
        var failed = request.IfNoneMatch == "*" && exists
            || request.IfMatch is { } wanted && (wanted == "*" ? !exists : etag is not null && wanted != etag);
        return failed
            ? ArmAnswer.Error(412, "PreconditionFailed", "The condition specified using HTTP conditional header(s) is not met.")
            : null;
    }

    private ArmAnswer WithEtag(ArmAnswer answer, string id) => store.Etag(id) is { } etag ? answer.With("ETag", etag) : answer;

    private static ArmAnswer NotFound(ArmPath path) => path.Type switch
    {
        "Microsoft.Resources/resourceGroups" =>
            ArmAnswer.Error(404, "ResourceGroupNotFound", $"Resource group '{ArmId.Name(path.Id)}' could not be found."),
        "Microsoft.Storage/storageAccounts/blobServices/containers" =>
            ArmAnswer.Error(404, "ContainerNotFound", "The specified container does not exist."),
        _ => ArmAnswer.Error(404, "ResourceNotFound", $"The Resource '{path.Type}/{ArmId.Name(path.Id)}' was not found."),
    };

    private void Tell(ArmRequest request, ArmOperation operation, string id, string name) =>
        Changed?.Invoke(new ArmChange(request, operation, ArmId.Normal(id), name, time.GetUtcNow()));

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(-preview)?$")]
    private static partial Regex ApiVersion();
}
