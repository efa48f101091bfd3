using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::EC2::LaunchTemplate</c>: the security groups that its instances get, of the template or of one of its interfaces. Config
/// spells its members as CloudFormation does.
/// </summary>
/// <remarks>Source: CloudFormation schema AWS::EC2::LaunchTemplate, LaunchTemplateData.</remarks>
public sealed class LaunchTemplateReader : FactReader
{
    public override string NativeType => "AWS::EC2::LaunchTemplate";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var data = resource.Configuration["LaunchTemplateData"];
        foreach (var group in data["SecurityGroupIds"].Items.All()
            .Concat(data["NetworkInterfaces"].Items.All().SelectMany(card => card["Groups"].Items.All())))
        {
            if (group.NonEmpty is { } id)
            {
                facts.Add(new GroupInUseFacts(resource.Ref, id));
            }
        }
    }
}
