namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>One folder with a function.json.</summary>
/// <param name="Name">The folder's name: the worker is called at <c>POST /{Name}</c>.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="HttpOutput">The name of its http output binding, <c>$return</c> included; null without one.</param>
public sealed record FunctionDefinition(string Name, FunctionTrigger Trigger, string? HttpOutput);

/// <param name="Binding">The name under which the data comes.</param>
public abstract record FunctionTrigger(string Binding);

/// <param name="Binding">The name under which the data comes.</param>
/// <param name="Many"><c>cardinality: many</c>: the batch comes as a string that holds the array.</param>
public sealed record EventGridTrigger(string Binding, bool Many) : FunctionTrigger(Binding);

/// <param name="Binding">The name under which the data comes.</param>
/// <param name="Queue">Lower case.</param>
/// <param name="Binary"><c>dataType: binary</c>.</param>
/// <param name="Connection">The app setting (or its prefix) that says where the queue lies.</param>
public sealed record QueueTrigger(string Binding, string Queue, bool Binary, string Connection) : FunctionTrigger(Binding);

/// <param name="Binding">The name under which the data comes.</param>
/// <param name="Schedule">NCRONTAB; the lab runs timers on demand only.</param>
public sealed record TimerTrigger(string Binding, string Schedule) : FunctionTrigger(Binding);

/// <param name="Binding">The name under which the data comes.</param>
/// <param name="Route">Below /api/, with {parameters}.</param>
/// <param name="Methods">Upper case; empty: all.</param>
/// <param name="NeedsKey"><c>authLevel</c> other than anonymous.</param>
public sealed record HttpTrigger(string Binding, string Route, IReadOnlyList<string> Methods, bool NeedsKey) : FunctionTrigger(Binding);
