using Microsoft.Win32.SafeHandles;

namespace ServerlessGuard.Cli.Spill;

/// <summary>
/// A file that only we can open and that is gone when we are, however we end: on Unix its name is removed at once, Windows removes it with
/// the last handle.
/// </summary>
internal sealed class TempFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;

    public TempFile()
    {
        var path = Path.Combine(Path.GetTempPath(), "guard-" + Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _stream = Guarded(() => new FileStream(path, options));
        _handle = _stream.SafeFileHandle;
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    public long Length { get; private set; }

    /// <returns>Where it begins.</returns>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        var at = Length;
        try
        {
            RandomAccess.Write(_handle, bytes, at);
        }
        catch (IOException fault)
        {
            throw SpillException.Of(fault);
        }

        Length += bytes.Length;
        return at;
    }

    /// <summary>Fills the buffer as far as the file goes.</summary>
    public int Read(Span<byte> buffer, long offset) => Read(_handle, buffer, offset);

    public static int Read(SafeFileHandle handle, Span<byte> buffer, long offset)
    {
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], offset + length) is var read and > 0)
        {
            length += read;
        }

        return length;
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream Guarded(Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw SpillException.Of(fault);
        }
    }
}

/// <summary>The scan needs room beside its memory, and there is none.</summary>
internal sealed class SpillException(string message, Exception cause) : IOException(message, cause)
{
    public static SpillException Of(Exception fault)
    {
        var message = fault.Message.Split(" : ", 2)[0].TrimEnd('.');
        return new SpillException(
            $"a scan of this size needs a temporary file, and {Terminal.Safe(Path.GetTempPath())} does not take it: {message} "
                + "(the environment variable TMPDIR, on Windows TMP, names another folder)",
            fault);
    }
}
