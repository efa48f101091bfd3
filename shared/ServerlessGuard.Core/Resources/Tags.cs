using ServerlessGuard.Documents;

namespace ServerlessGuard.Resources;

/// <summary>
/// A resource's tags by name, without case. AWS Config writes them as a map in <c>tags</c>; KMS keys only as a list of
/// <c>{tagKey, tagValue}</c> in <c>supplementaryConfiguration.Tags</c>; EC2 and IAM repeat them in <c>configuration.tags</c> as
/// <c>{key, value}</c>. Azure writes a map.
/// </summary>
public readonly struct Tags(Resource resource)
{
    public string? this[string name] =>
        Of(resource.Document["tags"], name) ?? Of(resource.Supplementary["Tags"], name) ?? Of(resource.Configuration["tags"], name);

    private static string? Of(Doc tags, string name)
    {
        if (tags.IsText)
        {
            tags = tags.Decoded();
        }

        if (tags.IsObject)
        {
            return tags[name].Text;
        }

        foreach (var tag in tags.Items)
        {
            var key = tag["key"].Exists ? tag["key"] : tag["tagKey"];
            if (key.Is(name))
            {
                return (tag["value"].Exists ? tag["value"] : tag["tagValue"]).Text;
            }
        }

        return null;
    }
}
