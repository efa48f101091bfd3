using System.Buffers.Text;
using System.Text;
using ServerlessGuard.Cli.Operators;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Cli.Tests.Tables;

/// <summary>Attacks with --as: an operator decides in their own name, or in one that counts for nobody.</summary>
public sealed class OperatorTests
{
    [Theory]
    [InlineData("arn:aws:iam::111122223333:user/ops/kim", "kim", true)]
    [InlineData("arn:aws-us-gov:iam::111122223333:user/kim", "kim", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/kim@acme.example", "kim@acme.example", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/Operators/kim", "kim", false)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/My_AWSReservedSSO_/kim", "kim", false)]
    [InlineData("arn:aws:sts::111122223333:federated-user/kim", "kim", false)]
    [InlineData("arn:aws:iam::111122223333:root", "root", false)]
    public void A_session_name_that_anybody_may_choose_proves_nobody(string arn, string name, bool proven) => Assert.Equal(new OperatorIdentity(name, proven), OperatorIdentity.OfArn(arn));

    [Theory]
    [InlineData("{\"upn\":\"kim@acme.example\",\"oid\":\"o\"}", "kim@acme.example", true)]
    [InlineData("{\"unique_name\":\"kim@acme.example\"}", "kim@acme.example", true)]
    [InlineData("{\"oid\":\"o\",\"appid\":\"a\"}", "o", false)]
    public void A_service_principal_is_nobody_in_particular(string claims, string name, bool proven) =>
        Assert.Equal(new OperatorIdentity(name, proven), OperatorIdentity.OfToken("e30." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims)) + ".sig"));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.!!!.c")]
    [InlineData("e30.W10.c")]
    public void What_is_no_token_names_nobody(string token) => Assert.Null(OperatorIdentity.OfToken(token));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("kim")]
    [InlineData("arn:aws:s3:::bucket/kim")]
    public void What_is_no_caller_names_nobody(string? arn) => Assert.Null(OperatorIdentity.OfArn(arn));

    [Fact]
    public void As_somebody_else_is_refused()
    {
        var sam = new OperatorIdentity("sam@acme.example", IsProven: true);
        foreach (var other in new[] { "kim", "sam@evil.example", "sam@acme.example (unverified)", "sam@" })
        {
            var (person, complaint) = Operator.Of(other, sam, "root");
            Assert.Null(person);
            Assert.Equal($"--as {other}: you are sam@acme.example and cannot decide under another name; omit --as", complaint);
        }

        foreach (var same in new[] { null, "", "sam", "SAM@acme.example" })
        {
            Assert.Equal((new Person("sam@acme.example", "local:sam@acme.example"), null), Operator.Of(same, sam, "root"));
        }
    }

    [Fact]
    public void Without_a_sign_in_the_name_is_recorded_as_a_claim_that_counts_for_nobody()
    {
        foreach (var identity in new[] { null, new OperatorIdentity("session-7", IsProven: false) })
        {
            var (person, complaint) = Operator.Of("kim", identity, "root");
            Assert.Null(complaint);
            Assert.Equal(new Person("kim (unverified)", "local:kim (unverified)"), person);
            Assert.False(ApprovalSettings.IsVerified(person!.Id));
        }

        Assert.Equal("root (unverified)", Operator.Of(null, null, "root").Person!.Name);
        Assert.Equal("session-7 (unverified)", Operator.Of(null, new OperatorIdentity("session-7", IsProven: false), "root").Person!.Name);
    }
}
