using System.Text.Json.Nodes;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Azure.EventGrid;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>Events of the subscription's system topic (https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions).</summary>
public static class ArmEvents
{
    public static JsonObject Of(ArmChange change, EventSchema schema)
    {
        var subscription = ArmId.Subscription(change.ResourceUri) ?? "";
        var type = change.Operation switch
        {
            ArmOperation.Write => "Microsoft.Resources.ResourceWriteSuccess",
            ArmOperation.Delete => "Microsoft.Resources.ResourceDeleteSuccess",
            ArmOperation.Action => "Microsoft.Resources.ResourceActionSuccess",
        };
        var data = new JsonObject
        {
            ["authorization"] = new JsonObject
            {
                ["scope"] = change.ResourceUri,
                ["action"] = change.OperationName,
                ["evidence"] = new JsonObject { ["role"] = "Subscription Admin" },
            },
            ["claims"] = Claims(change.Request.Caller),
            ["correlationId"] = change.CorrelationId,
            ["httpRequest"] = new JsonObject
            {
                ["clientRequestId"] = change.Request.ClientRequestId ?? change.CorrelationId,
                ["clientIpAddress"] = "203.0.113.10",
                ["method"] = change.Request.Method,
                ["url"] = $"https://management.azure.com{change.Request.Path}?api-version={change.Request.ApiVersion}",
            },
            ["resourceProvider"] = change.OperationName.Split('/')[0],
            ["resourceUri"] = change.ResourceUri,
            ["operationName"] = change.OperationName,
            ["status"] = "Succeeded",
            ["subscriptionId"] = subscription,
            ["tenantId"] = LabIdentity.Tenant,
        };
        return Envelope(schema, type, "/subscriptions/" + subscription, change.ResourceUri, change.At, change.EventId, data);
    }

    /// <summary>The same data in either schema.</summary>
    public static JsonObject Envelope(EventSchema schema, string type, string topic, string subject, DateTimeOffset at, string id,
        JsonObject data) => schema switch
    {
        EventSchema.EventGrid => new JsonObject
        {
            ["subject"] = subject,
            ["eventType"] = type,
            ["id"] = id,
            ["data"] = data,
            ["dataVersion"] = "2",
            ["metadataVersion"] = "1",
            ["eventTime"] = at.UtcDateTime.ToString("O"),
            ["topic"] = topic,
        },
        EventSchema.CloudEvents => new JsonObject
        {
            ["source"] = topic,
            ["subject"] = subject,
            ["type"] = type,
            ["time"] = at.UtcDateTime.ToString("O"),
            ["id"] = id,
            ["data"] = data,
            ["specversion"] = "1.0",
        },
    };

    private static JsonObject Claims(LabIdentity caller)
    {
        var claims = new JsonObject
        {
            ["aud"] = "https://management.core.windows.net/",
            ["iss"] = $"https://sts.windows.net/{LabIdentity.Tenant}/",
            ["appid"] = caller.ClientId,
            ["http://schemas.microsoft.com/identity/claims/objectidentifier"] = caller.ObjectId,
            ["http://schemas.microsoft.com/identity/claims/tenantid"] = LabIdentity.Tenant,
            ["idtyp"] = caller.IsPerson ? "user" : "app",
            ["ver"] = "1.0",
        };
        if (caller.IsPerson)
        {
            claims["name"] = caller.Name;
            claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = caller.UserPrincipalName;
            claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"] = caller.UserPrincipalName;
        }

        return claims;
    }
}
