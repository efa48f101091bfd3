using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Runtime;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>Bodies as the real host (4.1037) sent them to a handler.</summary>
public sealed class InvocationTests
{
    private const string Message = """{"kind":"scan","resourceId":"é"}""";

    private static JsonElement Data(string body)
    {
        var (data, fault) = Invocation.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(fault);
        return data!.Value;
    }

    public static TheoryData<string> QueueBodies => new()
    {
        // Double-encoded, as a queue message without dataType comes.
        Body(Quoted(Quoted(Message))),
        Body(Quoted(Message)),
        Body(Quoted(Convert.ToBase64String(Encoding.UTF8.GetBytes(Message)))),
        Body(Quoted('"' + Convert.ToBase64String(Encoding.UTF8.GetBytes(Message)) + '"')),
        Body(Message),
    };

    private static string Body(string item) => """{"Data":{"item":""" + item + """},"Metadata":{"DequeueCount":"1","Id":"\"5\"","sys":{"MethodName":"work"}}}""";

    private static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    [Theory]
    [MemberData(nameof(QueueBodies))]
    public void A_queue_message_is_read_in_every_encoding(string body) => Assert.Equal("é", Data(body).GetProperty("resourceId").GetString());

    [Fact]
    public void Many_events_come_as_a_string_that_holds_the_array() =>
        Assert.Equal(2, Data(Body(Quoted("""[{"id":"1"},{"id":"2"}]"""))).GetArrayLength());

    [Fact]
    public void A_timer_comes_as_an_object() =>
        Assert.False(Data("""{"Data":{"t":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{}}""").GetProperty("IsPastDue").GetBoolean());

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"Data\":null}")]
    [InlineData("{\"Data\":{}}")]
    [InlineData("{\"Data\":\"x\"}")]
    [InlineData("<html></html>")]
    public void What_is_not_the_hosts_is_refused_with_a_reason(string body)
    {
        var (data, fault) = Invocation.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(data);
        Assert.NotEmpty(fault!);
    }

    [Fact]
    public void A_text_that_is_no_json_stays_a_text() => Assert.Equal("FAIL", Data("""{"Data":{"item":"\"FAIL\""},"Metadata":{}}""").GetString());

    [Fact]
    public void An_answer_is_never_empty()
    {
        Assert.Equal("""{"Outputs":{},"Logs":[],"ReturnValue":null}""", Answer.Done().ToString());
        Assert.Equal("""{"Outputs":{"res":{"statusCode":501,"body":"no","headers":{"Content-Type":"text/plain"}}},"Logs":["a"],"ReturnValue":null}""", (Answer.Done("a") with { Http = new HttpOutput(501, "no", "text/plain") }).ToString());
        Assert.Equal(51, JsonElement.Parse(Answer.Failed([.. Enumerable.Range(0, 1000).Select(i => $"{i}")]).ToString()).GetProperty("Logs").GetArrayLength());
    }
}
