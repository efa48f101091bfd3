using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ServerlessGuard.Evaluations;

/// <summary>
/// Numbers for keys, 0, 1, 2 … in the order of their coming. A key is a hash of 128 bits: nobody can name two resources so that they pass
/// for one, and a scan holds one for every resource.
/// </summary>
internal sealed class KeyIndex
{
    private readonly Chunks<Row> _rows = new();
    private int[] _heads = new int[1024];

    public int Count => _rows.Count;

    public static UInt128 Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>The key's number, or -1.</summary>
    public int Find(UInt128 key)
    {
        // Heads hold a number plus one, so that zero is an empty place.
        for (var at = _heads[Place(key)] - 1; at >= 0; at = _rows[at].Next - 1)
        {
            if (_rows[at].Key == key)
            {
                return at;
            }
        }

        return -1;
    }

    /// <returns>False when the key was there.</returns>
    public bool Add(UInt128 key, out int number)
    {
        number = Find(key);
        if (number >= 0)
        {
            return false;
        }

        if (_rows.Count == _heads.Length)
        {
            Grow();
        }

        ref var head = ref _heads[Place(key)];
        number = _rows.Add(new Row(key, head));
        head = number + 1;
        return true;
    }

    private void Grow()
    {
        _heads = new int[_heads.Length * 2];
        for (var i = 0; i < _rows.Count; i++)
        {
            ref var row = ref _rows[i];
            ref var head = ref _heads[Place(row.Key)];
            row = row with { Next = head };
            head = i + 1;
        }
    }

    private int Place(UInt128 key) => (int)((ulong)key & (ulong)(_heads.Length - 1));

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Row(UInt128 Key, int Next);
}
