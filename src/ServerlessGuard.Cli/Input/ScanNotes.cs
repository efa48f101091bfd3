using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// What exemptions and the table ask of a resource after its document is gone: the tags that exemptions name, whether it was deleted, and
/// who spoke of what. Resources with nothing of the kind take no room.
/// </summary>
internal sealed class ScanNotes
{
    private readonly string[] _tags;
    private readonly GuardSettings _settings;
    private readonly Assessor _assessor;
    private readonly Dictionary<(Provider, string), Note> _notes = [];

    /// <summary>By subject and rule, or by subject and kind of facts where the verdict waited for others.</summary>
    private readonly Dictionary<(string Subject, string What), string> _sources = [];

    public ScanNotes(GuardSettings settings, Assessor assessor)
    {
        _settings = settings;
        _tags = [.. settings.Exemptions.Select(one => one.Tag).OfType<string>().Select(tag => tag.Split('=')[0])
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        _assessor = assessor;
    }

    /// <summary>A plain scan needs notes only where an exemption asks for a tag.</summary>
    public bool AreNeeded => _tags.Length > 0;

    /// <summary>Resources that the scan says are gone.</summary>
    public IEnumerable<Resource> Deleted => _notes.Values.Select(note => note.Deleted).OfType<Resource>();

    /// <summary>Of the capture that stands; a later one replaces what was noted.</summary>
    public void Take(Resource resource, Assessment assessment)
    {
        var tags = _tags.Select(name => (name, value: resource.Tags[name])).Where(tag => tag.value is not null)
            .ToDictionary(tag => tag.name, tag => tag.value!, StringComparer.OrdinalIgnoreCase);
        var note = new Note(
            resource.Status is ResourceStatus.Deleted
                ? resource with { Document = default, Configuration = default, Supplementary = default }
                : null,
            LenientTags.Spare(resource, _settings),
            tags.Count > 0 ? tags : null);
        var place = Place(resource.Ref);
        if (note is { Deleted: null, NeverTouch: false, Tags: null })
        {
            _notes.Remove(place);
        }
        else
        {
            _notes[place] = note;
        }

        foreach (var evaluation in assessment.Evaluations.Where(evaluation => IsForeign(resource, evaluation.Subject)))
        {
            _sources[(evaluation.Subject.Key, evaluation.Rule.Id)] = resource.Ref.NativeType;
        }

        foreach (var waiting in assessment.Waiting.Where(waiting => IsForeign(resource, waiting.Subject)))
        {
            _sources[(waiting.Subject.Key, waiting.Kind.ToString())] = resource.Ref.NativeType;
        }
    }

    public string? Tag(ResourceRef subject, string name) => _notes.GetValueOrDefault(Place(subject))?.Tags?.GetValueOrDefault(name);

    public bool IsDeleted(ResourceRef subject) => _notes.GetValueOrDefault(Place(subject))?.Deleted is not null;

    public bool IsNeverTouched(ResourceRef subject) => _notes.GetValueOrDefault(Place(subject))?.NeverTouch ?? false;

    /// <summary>
    /// The native type of the resource that the verdict comes from: an account is spoken of by its trails and by its access block.
    /// </summary>
    public string Source(Evaluation evaluation) =>
        _sources.GetValueOrDefault((evaluation.Subject.Key, evaluation.Rule.Id))
        ?? (_assessor.KindOf(evaluation.Rule.Id) is { } kind ? _sources.GetValueOrDefault((evaluation.Subject.Key, kind.ToString())) : null)
        ?? evaluation.Subject.NativeType;

    private static bool IsForeign(Resource resource, ResourceRef subject) =>
        subject.Key != resource.Ref.Key || !subject.NativeType.Equals(resource.Ref.NativeType, StringComparison.OrdinalIgnoreCase);

    private static (Provider, string) Place(ResourceRef resource) =>
        (resource.Provider, $"{resource.NativeType.ToLowerInvariant()}|{resource.Key}");

    private sealed record Note(Resource? Deleted, bool NeverTouch, Dictionary<string, string>? Tags);
}
