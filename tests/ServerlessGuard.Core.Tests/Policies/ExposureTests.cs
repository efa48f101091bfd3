using ServerlessGuard.Documents;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Tests.Policies;

/// <summary>Which statements let everyone in: principals, conditions that confine and conditions that do not, denies.</summary>
public sealed class ExposureTests
{
    private static readonly string[] Reading = ["s3:Get*", "s3:List*"];

    [Theory]
    [InlineData("\"*\"", true)]
    [InlineData("{\"AWS\":\"*\"}", true)]
    [InlineData("{\"AWS\":[\"arn:aws:iam::111122223333:root\",\"*\"]}", true)]
    [InlineData("{\"AWS\":\"arn:aws:iam::*:root\"}", true)]
    [InlineData("{\"AWS\":\"arn:aws:iam::111122223333:role/*\"}", false)]
    [InlineData("{\"AWS\":\"111122223333\"}", false)]
    [InlineData("{\"Service\":\"cloudtrail.amazonaws.com\"}", false)]
    [InlineData("{\"CanonicalUser\":\"abcdef\"}", false)]
    public void Everyone_is(string principal, bool expected) =>
        Assert.Equal(expected, IsExposed($$"""{"Effect":"Allow","Principal":{{principal}},"Action":"s3:GetObject","Resource":"*"}"""));

    [Theory]
    [InlineData("{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-abc\"}}", false)]
    [InlineData("{\"StringEquals\":{\"AWS:principalorgid\":\"o-abc\"}}", false)]
    [InlineData("{\"StringEqualsIfExists\":{\"aws:PrincipalOrgID\":\"o-abc\"}}", true)]
    [InlineData("{\"ForAllValues:StringEquals\":{\"aws:PrincipalOrgID\":\"o-abc\"}}", true)]
    [InlineData("{\"ForAnyValue:StringLike\":{\"aws:PrincipalOrgPaths\":\"o-abc/*\"}}", false)]
    [InlineData("{\"ForAnyValue:StringLike\":{\"aws:PrincipalOrgPaths\":\"*\"}}", true)]
    [InlineData("{\"StringNotEquals\":{\"aws:PrincipalAccount\":\"111122223333\"}}", true)]
    [InlineData("{\"StringLike\":{\"aws:PrincipalAccount\":\"1111*\"}}", true)]
    [InlineData("{\"StringLike\":{\"aws:PrincipalAccount\":\"111122223333\"}}", false)]
    [InlineData("{\"StringEquals\":{\"aws:SourceVpce\":[\"vpce-1\",\"vpce-2\"]}}", false)]
    [InlineData("{\"StringLike\":{\"aws:SourceVpce\":[\"vpce-1\",\"vpce-*\"]}}", true)]
    [InlineData("{\"StringEquals\":{\"aws:userid\":\"${aws:userid}\"}}", true)]
    [InlineData("{\"StringLike\":{\"aws:userid\":\"AROAEXAMPLE:*\"}}", true)]
    [InlineData("{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::111122223333:role/*\"}}", false)]
    [InlineData("{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:role/reader\"}}", true)]
    [InlineData("{\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:s3:::bucket\"}}", false)]
    [InlineData("{\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:s3:::*\"}}", true)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}", false)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}}", true)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":[\"0.0.0.0/1\",\"128.0.0.0/1\"]}}", true)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"8.0.0.0/8\"}}", false)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"8.0.0.0/7\"}}", true)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"2001:db8::/32\"}}", false)]
    [InlineData("{\"IpAddress\":{\"aws:SourceIp\":\"2001:db8::/31\"}}", true)]
    [InlineData("{\"NotIpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}", true)]
    [InlineData("{\"Bool\":{\"aws:SecureTransport\":\"true\"}}", true)]
    [InlineData("{\"StringLike\":{\"aws:Referer\":\"https://example.com/*\"}}", true)]
    [InlineData("{\"StringEquals\":{\"made:Up\":\"x\"}}", true)]
    [InlineData("{\"StringEquals\":{\"aws:SourceVpc\":\"vpc-1\"},\"Bool\":{\"aws:SecureTransport\":\"true\"}}", false)]
    public void Condition_leaves_it_open(string condition, bool expected) =>
        Assert.Equal(expected, IsExposed($$"""{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{{condition}}}"""));

    [Theory]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}""", false)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/private/*"}""", true)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}""", true)]
    [InlineData("""{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:*","Resource":"*"}""", true)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}""", true)]
    public void Deny_leaves_it_open(string deny, bool expected) =>
        Assert.Equal(expected, IsExposed($$"""{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},{{deny}}"""));

    [Theory]
    [InlineData("\"Action\":\"s3:Get*\"", true)]
    [InlineData("\"Action\":\"S3:GETOBJECT\"", true)]
    [InlineData("\"Action\":[\"s3:PutObject\",\"s3:L*\"]", true)]
    [InlineData("\"Action\":\"s3:PutObject\"", false)]
    [InlineData("\"Action\":\"*\"", true)]
    [InlineData("\"NotAction\":\"s3:Put*\"", true)]
    [InlineData("\"NotAction\":[\"s3:Get*\",\"s3:List*\"]", false)]
    public void Action_reads(string action, bool expected) =>
        Assert.Equal(expected, IsExposed($$"""{"Effect":"Allow","Principal":"*",{{action}},"Resource":"*"}"""));

    [Fact]
    public void NotPrincipal_with_Allow_is_everyone_else() =>
        Assert.True(IsExposed("""{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}"""));

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("{\"Version\":\"2012-10-17\",\"Statement\":[]}", 0)]
    [InlineData("\"{\\\"Statement\\\":[]}\"", 0)]
    [InlineData("%7B%22Statement%22%3A%5B%5D%7D", 0)]
    [InlineData("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}", 1)]
    [InlineData("not a policy", -1)]
    [InlineData("{\"Something\":1}", -1)]
    [InlineData("{\"Statement\":[{\"Effect\":\"Maybe\"}]}", -1)]
    public void Policy_text_is_read_however_it_is_encoded(string text, int statements)
    {
        var value = System.Text.Json.JsonElement.Parse(System.Text.Json.Nodes.JsonValue.Create(text).ToJsonString());
        Assert.Equal(statements, Policy.Read(new Doc(value))?.Statements.Length ?? -1);
    }

    private static bool IsExposed(string statements)
    {
        Assert.True(DocText.TryDecode("{\"Statement\":[" + statements + "]}", out var document));
        return !Exposure.ToEveryone(Policy.Read(document)!, Reading, ConfiningKeys.Resource).IsEmpty;
    }
}
