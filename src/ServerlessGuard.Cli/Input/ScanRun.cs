using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Threading.Channels;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Documents;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// Reads inputs and judges what is in them: one thread cuts records, the others parse and assess them. Memory holds a few batches, never a
/// file.
/// </summary>
/// <param name="faults">What could not be read.</param>
/// <param name="archive">Where records lie whose facts are read again later; null: all facts are held.</param>
/// <param name="notes">What is kept of a resource beside its verdicts; null: nothing.</param>
/// <param name="met">Called for each resource, one at a time; null: by nobody.</param>
internal sealed class ScanRun(Assessor assessor, Scan scan, InputFaults faults, int workers, RecordArchive? archive = null,
    ScanNotes? notes = null, Action<Resource>? met = null)
{
    private const int BatchBytes = 256 * 1024;
    private const int BatchRecords = 512;
    private const int LargestReport = 256 * 1024 * 1024;

    /// <summary>
    /// A configuration item of AWS Config is at most 256 KB in an event and a few MB in a snapshot; ARM answers stay below 16 MB.
    /// </summary>
    public const int LargestRecord = 16 * 1024 * 1024;

    internal static readonly JsonDocumentOptions Json = new() { MaxDepth = DocText.MaxDepth };

    private readonly Lock _lock = new();
    private long _sequence;

    /// <summary>Bytes read so far; read by the progress line.</summary>
    public long Bytes { get; private set; }

    public long Resources { get; private set; }

    public async Task RunAsync(IEnumerable<string> inputs, CancellationToken cancellation)
    {
        var queue = Channel.CreateBounded<(RecordBatch Batch, long First)>(new BoundedChannelOptions(2 * workers) { SingleWriter = true });
        var consumers = Enumerable.Range(0, workers).Select(_ => Task.Run(() => ConsumeAsync(queue, cancellation), cancellation))
            .ToArray();
        try
        {
            await Task.Run(() => Produce(inputs, queue.Writer, cancellation), cancellation);
        }
        finally
        {
            queue.Writer.TryComplete();
        }

        await Task.WhenAll(consumers);
    }

    private void Produce(IEnumerable<string> inputs, ChannelWriter<(RecordBatch, long)> queue, CancellationToken cancellation)
    {
        foreach (var input in inputs)
        {
            var source = input is "-" ? "standard input" : input;
            try
            {
                using var stream = InputFile.Open(input);
                var (text, isReport, fault, isPlain) = InputFile.Sniff(stream);
                if (text is null)
                {
                    faults.Count();
                    faults.AddUnreadable(source, 0, fault ?? "not readable");
                }
                else if (isReport)
                {
                    Report(source, text);
                }
                else
                {
                    var stamp = isPlain && stream is FileStream { CanSeek: true } file ? FileStamp.Of(input, file.SafeFileHandle) : null;
                    Cut(source, text, stamp, queue, cancellation);
                }
            }
            catch (Exception fault) when (fault is (IOException and not SpillException) or UnauthorizedAccessException
                or InvalidDataException)
            {
                faults.Count();
                faults.AddUnreadable(source, 0, fault is InvalidDataException ? "a damaged gzip file: " + fault.Message : fault.Message);
            }
        }
    }

    private void Cut(string source, Stream text, FileStamp? stamp, ChannelWriter<(RecordBatch, long)> queue,
        CancellationToken cancellation)
    {
        var splitter = new RecordSplitter(text, LargestRecord);
        var batch = new RecordBatch(source, null, stamp);
        var before = Bytes;
        long number = 0;
        void Send()
        {
            if (batch.Records.Count > 0)
            {
                var first = Interlocked.Add(ref _sequence, batch.Records.Count) - batch.Records.Count;
                while (!queue.TryWrite((batch, first)))
                {
                    queue.WaitToWriteAsync(cancellation).AsTask().GetAwaiter().GetResult();
                }
            }

            else
            {
                batch.Dispose();
            }

            Bytes = before + splitter.Position;
            batch = new RecordBatch(source, splitter.GraphContext, stamp);
        }

        splitter.Split((bytes, fault) =>
        {
            number++;
            faults.Count();
            if (fault is not null)
            {
                faults.AddUnreadable(source, fault is "empty" ? 0 : number, fault is "empty" ? "empty file" : fault);
                return;
            }

            if (batch.GraphContext != splitter.GraphContext)
            {
                Send();
            }

            batch.Add(bytes, number, splitter.RecordStart);
            if (batch.Length >= BatchBytes || batch.Records.Count >= BatchRecords)
            {
                Send();
            }
        });
        Send();
        batch.Dispose();
    }

    private void Report(string source, Stream text)
    {
        using var reader = new StreamReader(text, Encoding.UTF8);
        var buffer = new char[64 * 1024];
        var csv = new StringBuilder();
        while (reader.Read(buffer) is var read and > 0 && csv.Length < LargestReport)
        {
            csv.Append(buffer, 0, read);
        }

        Accept(CredentialReport.Read(csv.ToString()), source, 0, Interlocked.Increment(ref _sequence), static _ => null);
    }

    private async Task ConsumeAsync(Channel<(RecordBatch Batch, long First)> queue, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (batch, first) in queue.Reader.ReadAllAsync(cancellation))
            {
                using (batch)
                {
                    for (var i = 0; i < batch.Records.Count; i++)
                    {
                        One(batch, batch.Records[i], first + i);
                    }
                }
            }
        }
        catch (SpillException fault)
        {
            // Nobody takes batches any more: whoever cuts them has to hear of it.
            queue.Writer.TryComplete(fault);
            throw;
        }
    }

    private void One(RecordBatch batch, RecordBatch.Cut cut, long sequence)
    {
        var bytes = batch.Bytes(cut);
        if (!Utf8.IsValid(bytes.Span))
        {
            faults.AddUnreadable(batch.Source, cut.Number, "invalid UTF-8");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, Json);
            Accept(RecordReader.Read(new Doc(document.RootElement), new Envelope { GraphContext = batch.GraphContext }), batch.Source,
                cut.Number, sequence, part => archive?.PlaceOf(batch, cut, part));
        }
        catch (JsonException fault)
        {
            faults.AddUnreadable(batch.Source, cut.Number, Reason(fault));
        }
    }

    /// <param name="placeOf">Of the record's resource with this number, if it can be read again.</param>
    private void Accept(IEnumerable<Reading> readings, string source, long number, long sequence, Func<int, Place?> placeOf)
    {
        var part = 0;
        foreach (var reading in readings)
        {
            switch (reading)
            {
                case Reading.Found found:
                    var assessment = assessor.Assess(found.Resource) with { Sequence = sequence };
                    if (assessment.Waiting.Count + assessment.Neighbours.Count > 0)
                    {
                        assessment = assessment with { Place = placeOf(part) };
                    }

                    part++;
                    lock (_lock)
                    {
                        Resources++;
                        if (scan.Accept(assessment))
                        {
                            notes?.Take(found.Resource, assessment);
                            met?.Invoke(found.Resource);
                        }
                    }

                    break;
                case Reading.Empty:
                    faults.AddEmpty();
                    break;
                case Reading.Unreadable unreadable:
                    faults.AddUnreadable(source, number, unreadable.Reason);
                    break;
            }
        }
    }

    private static string Reason(JsonException fault)
    {
        var place = fault.BytePositionInLine is { } column ? $" (line {fault.LineNumber + 1}, byte {column + 1})" : string.Empty;
        var message = fault.Message.ReplaceLineEndings(" ");
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return message.Contains("depth", StringComparison.OrdinalIgnoreCase)
            ? $"nested deeper than {DocText.MaxDepth} levels{place}"
            : $"not JSON: {(cut > 0 ? message[..cut] : message)}{place}";
    }
}
