using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Tests.Policies;

public sealed class GlobTests
{
    private const string Alphabet = "ab:";
    private static readonly string[] Texts = [.. Words(4)];

    [Theory]
    [InlineData("s3:*", "s3:GetObject", true)]
    [InlineData("s3:Get*", "s3:GetObject", true)]
    [InlineData("s3:?etObject", "s3:GetObject", true)]
    [InlineData("*", "", true)]
    [InlineData("", "a", false)]
    [InlineData("s3:Get*Acl", "s3:GetObject", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    public void Matches(string pattern, string text, bool expected) => Assert.Equal(expected, Glob.Matches(pattern, text));

    [Theory]
    [InlineData("*", "s3:*", true)]
    [InlineData("s3:*", "s3:Get*", true)]
    [InlineData("s3:Get*", "s3:*", false)]
    [InlineData("s3:G?t*", "s3:Get*", true)]
    [InlineData("s3:Get*", "s3:G?t*", false)]
    [InlineData("arn:aws:s3:::b*", "arn:aws:s3:::b/*", true)]
    [InlineData("arn:aws:s3:::b/*", "arn:aws:s3:::b", false)]
    public void Covers(string wide, string narrow, bool expected) => Assert.Equal(expected, Glob.Covers(wide, narrow));

    [Theory]
    [InlineData("s3:Get*", "s3:*Object", true)]
    [InlineData("s3:Get*", "s3:Put*", false)]
    [InlineData("*Acl", "s3:Put*", true)]
    [InlineData("s3:PutObject", "S3:putobject", true)]
    public void Meet(string first, string second, bool expected) => Assert.Equal(expected, Glob.Meet(first, second, ignoreCase: true));

    /// <summary>Against the definition, over every text of up to four letters of a small alphabet.</summary>
    [Property(MaxTest = 2000)]
    public Property Covering_and_meeting_are_what_matching_says()
    {
        var pattern = Gen.Elements((Alphabet + "*?").ToCharArray()).ArrayOf().Where(chars => chars.Length <= 4).Select(chars => new string(chars));
        return Prop.ForAll(Arb.From(pattern), Arb.From(pattern), (left, right) =>
        {
            var mine = Texts.Where(text => Glob.Matches(left, text)).ToHashSet(StringComparer.Ordinal);
            var theirs = Texts.Where(text => Glob.Matches(right, text)).ToHashSet(StringComparer.Ordinal);
            var covers = !Glob.Covers(left, right) || theirs.IsSubsetOf(mine);
            var meets = !mine.Overlaps(theirs) || Glob.Meet(left, right);
            var apart = Glob.Meet(left, right) || !mine.Overlaps(theirs);
            return covers && meets && apart && Glob.Meet(left, right) == Glob.Meet(right, left) && Glob.Covers(left, left);
        });
    }

    [Property(MaxTest = 1000)]
    public bool A_text_matches_itself_and_every_prefix_with_a_star(NonNull<string> text, byte cut)
    {
        var plain = text.Get.Replace('*', 'x').Replace('?', 'x');
        return Glob.Matches(plain, plain) && Glob.Matches(plain[..Math.Min(cut, plain.Length)] + "*", plain);
    }

    private static IEnumerable<string> Words(int length)
    {
        IEnumerable<string> words = [string.Empty];
        foreach (var word in words)
        {
            yield return word;
        }

        for (var i = 0; i < length; i++)
        {
            words = [.. words.SelectMany(word => Alphabet.Select(letter => word + letter))];
            foreach (var word in words)
            {
                yield return word;
            }
        }
    }
}
