using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>An expression of an ARM template, taken apart. Source: "Syntax and expressions in ARM templates".</summary>
internal abstract record ArmExpression
{
    public sealed record Value(JsonNode Node) : ArmExpression;

    public sealed record Call(string Function, IReadOnlyList<ArmExpression> Arguments) : ArmExpression;

    public sealed record Member(ArmExpression Of, ArmExpression Name) : ArmExpression;

    /// <summary>The expression that the text is; null for a plain text. <c>[[</c> begins a plain one too.</summary>
    public static ArmExpression? Parse(string text)
    {
        if (!text.StartsWith('[') || !text.EndsWith(']') || text.StartsWith("[[", StringComparison.Ordinal))
        {
            return null;
        }

        var reader = new Reader(text, 1);
        var expression = reader.Expression();
        return reader.At == text.Length - 1 ? expression : throw new FormatException($"{text}: unexpected at {reader.At}");
    }

    private sealed class Reader(string text, int start)
    {
        public int At { get; private set; } = start;

        public ArmExpression Expression()
        {
            var expression = Primary();
            while (true)
            {
                Blank();
                if (text[At] == '.')
                {
                    At++;
                    expression = new Member(expression, new Value(Name()));
                }
                else if (text[At] == '[')
                {
                    At++;
                    var index = Expression();
                    Expect(']');
                    expression = new Member(expression, index);
                }
                else
                {
                    return expression;
                }
            }
        }

        private ArmExpression Primary()
        {
            Blank();
            if (text[At] == '\'')
            {
                return new Value(Text());
            }

            if (char.IsAsciiDigit(text[At]))
            {
                var from = At;
                while (char.IsAsciiDigit(text[At]))
                {
                    At++;
                }

                return new Value(int.Parse(text.AsSpan(from, At - from), CultureInfo.InvariantCulture));
            }

            var name = Name();
            Expect('(');
            var arguments = new List<ArmExpression>();
            Blank();
            while (text[At] != ')')
            {
                arguments.Add(Expression());
                Blank();
                if (text[At] == ',')
                {
                    At++;
                }
                else if (text[At] != ')')
                {
                    throw new FormatException($"{text}: expected , or ) at {At}");
                }
            }

            At++;
            return new Call(name, arguments);
        }

        private string Name()
        {
            Blank();
            var from = At;
            while (char.IsAsciiLetterOrDigit(text[At]) || text[At] == '_')
            {
                At++;
            }

            return At > from ? text[from..At] : throw new FormatException($"{text}: expected a name at {At}");
        }

        private string Text()
        {
            var value = new StringBuilder();
            for (At++; ; At++)
            {
                if (text[At] == '\'')
                {
                    if (text[At + 1] != '\'')
                    {
                        At++;
                        return value.ToString();
                    }

                    At++;
                }

                value.Append(text[At]);
            }
        }

        private void Expect(char character)
        {
            Blank();
            if (text[At] != character)
            {
                throw new FormatException($"{text}: expected {character} at {At}");
            }

            At++;
        }

        private void Blank()
        {
            while (text[At] == ' ')
            {
                At++;
            }
        }
    }
}
