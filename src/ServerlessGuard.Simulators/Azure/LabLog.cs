namespace ServerlessGuard.Simulators.Azure;

/// <summary>Where the lab writes; every line says that it is simulated.</summary>
public sealed class LabLog(Action<string>? sink = null)
{
    private const int Kept = 2000;
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Write(string line)
    {
        var text = "[simulated Azure] " + line;
        lock (_lines)
        {
            _lines.Enqueue(text);
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }

        sink?.Invoke(text);
    }
}
