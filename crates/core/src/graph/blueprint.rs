//! The checked workflow: one graph of leaf steps and block ends, with every expression compiled.
//!
//! Only `check` makes a [`Blueprint`]; the runtime takes nothing else. Holds no spans and no text of
//! the author beyond what people read.

use drawbridge_sdk::{Digest, Effect};
use indexmap::IndexMap;
use jiff::SignedDuration;
use petgraph::graph::{DiGraph, NodeIndex};
use serde_json::Value;

use crate::expression::{Condition, SetValue, Template, Text};
use crate::mapping::Mapping;
use crate::model::{Delay, StepId, StopOutcome, Table, ValueType, WorkflowName};

/// A checked workflow, ready to run.
#[derive(Debug, Clone)]
pub struct Blueprint {
    /// Name, unique in an installation.
    pub workflow: WorkflowName,
    /// The author's version number.
    pub version: u32,
    /// Title for people.
    pub title: String,
    /// Digest of the definition (workflow text and the files it names).
    pub digest: Digest,
    /// What an installation may set.
    pub settings: IndexMap<String, ValueSpec>,
    /// What a run needs.
    pub inputs: IndexMap<String, ValueSpec>,
    /// What starts runs.
    pub triggers: Vec<TriggerSpec>,
    /// What withdraws runs.
    pub cancel_on: Vec<CancelSpec>,
    /// Decision tables by name.
    pub tables: IndexMap<String, Table>,
    /// Field mappings by name.
    pub mappings: IndexMap<String, Mapping>,
    /// Budgets over effects.
    pub guards: Vec<Guard>,
    /// How long a run may take in all, from its start.
    pub deadline: Option<SignedDuration>,
    /// What a calling workflow gets, read when `steps` have ended.
    pub outputs: IndexMap<String, Template>,
    /// Vertices are leaf steps, block starts and block ends of all three phases; an edge `a -> b`
    /// means "b starts after a". Edges join vertices of one phase only. Acyclic.
    pub graph: DiGraph<Vertex, ()>,
    /// All vertices in a stable topological order: ties in the order of the text.
    pub order: Vec<NodeIndex>,
}

/// One typed value that is set from outside: an input or a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSpec {
    /// Its type.
    pub kind: ValueType,
    /// Taken when nothing is given; without it the value is required.
    pub default: Option<Value>,
    /// Text for people.
    pub description: String,
}

/// One trigger of the workflow.
#[derive(Debug, Clone)]
pub struct TriggerSpec {
    /// Id within the workflow.
    pub id: StepId,
    /// Name of the trigger node.
    pub trigger: String,
    /// Connection to use; absent for the only one of its system.
    pub connection: Option<String>,
    /// Input of the node; may read `$.settings`.
    pub with: Template,
    /// Only events for which this holds start a run; reads `$.trigger` and `$.settings`.
    pub condition: Option<Condition>,
    /// What the event fills into `inputs`; reads `$.trigger` and `$.settings`.
    pub inputs: Template,
    /// When an event counts as one that was seen before.
    pub dedupe: Option<Dedupe>,
    /// How many runs of one key may be on their way at once.
    pub concurrency: Option<Concurrency>,
}

/// How many runs of one key may be on their way at once.
#[derive(Debug, Clone)]
pub struct Concurrency {
    /// What is equal for runs that count together; reads `$.trigger`.
    pub key: Template,
    /// How many.
    pub max: u32,
    /// Whether a further event starts nothing (`overflow: ignore`) instead of waiting for its turn.
    pub ignores: bool,
}

/// What withdraws runs.
#[derive(Debug, Clone)]
pub struct CancelSpec {
    /// Id, unique among these and the triggers.
    pub id: StepId,
    /// Name of the trigger node.
    pub trigger: String,
    /// Connection to use; absent for the only one of its system.
    pub connection: Option<String>,
    /// Input of the node; may read `$.settings`.
    pub with: Template,
    /// Only events for which this holds withdraw; reads `$.trigger` and `$.settings`.
    pub condition: Option<Condition>,
    /// A value of the event; reads `$.trigger`.
    pub key: Template,
    /// The value of a run that is equal to it; reads `$.inputs`.
    pub matches: Template,
}

/// A budget over effects, counted in the same transaction as the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What is counted.
    pub count: Counted,
    /// In which time.
    pub per: SignedDuration,
    /// How many.
    pub max: u32,
    /// Whether an effect that is over the budget fails instead of being held for a person.
    pub fails: bool,
}

/// What a guard counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// Effects of one action.
    Action(String),
    /// Effects of one class.
    Class(Effect),
}

/// When an event counts as one that was seen before.
#[derive(Debug, Clone)]
pub struct Dedupe {
    /// What is equal for equal events; reads `$.trigger`.
    pub key: Template,
    /// How long a key is remembered.
    pub keep: SignedDuration,
}

/// Which part of the run a vertex belongs to; phases run one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// `steps`.
    Main,
    /// `on_failure`, only after an unhandled failure.
    OnFailure,
    /// `finally`, always.
    Finally,
}

/// Where a vertex stands inside a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The vertex that starts the block.
    pub block: NodeIndex,
    /// Index of the branch in that block.
    pub branch: usize,
}

/// One vertex: a leaf step, the start of a block, or its end.
#[derive(Debug, Clone)]
pub struct Vertex {
    /// Id of the step; a block's start and end share its id.
    pub id: StepId,
    /// Phase it belongs to.
    pub phase: Phase,
    /// The innermost block it stands in; absent at the top level.
    pub within: Option<Within>,
    /// What it does.
    pub kind: VertexKind,
    /// The keys every step may carry; default for a block's end.
    pub common: Common,
}

/// The keys that every step may carry.
#[derive(Debug, Clone, Default)]
pub struct Common {
    /// `if`: the step is skipped unless this holds.
    pub condition: Option<Condition>,
    /// `expect`: the step fails unless this holds of `$.out`.
    pub expect: Option<Condition>,
    /// `on_error: continue`: a failure is recorded and the run goes on.
    pub continues_on_error: bool,
    /// `timeout`: how long one attempt may take.
    pub timeout: Option<SignedDuration>,
    /// Text for people.
    pub description: Option<String>,
}

/// What a vertex does.
#[derive(Debug, Clone)]
pub enum VertexKind {
    /// Calls an action.
    Action(ActionStep),
    /// Waits for people.
    Approval(GateStep),
    /// Looks a decision table up; the map holds its input columns.
    Decide {
        /// Name of the table.
        table: String,
        /// Input columns.
        with: Template,
    },
    /// Applies a mapping.
    Map {
        /// Name of the mapping.
        mapping: String,
        /// What it is applied to.
        from: Template,
    },
    /// Names values.
    Set(IndexMap<String, SetValue>),
    /// Waits for a time or an event.
    Wait(WaitStep),
    /// Ends the run.
    Stop {
        /// How it ends.
        outcome: StopOutcome,
        /// What is said about it.
        message: Option<Text>,
    },
    /// Runs another workflow and waits for it.
    Child {
        /// Its name.
        workflow: WorkflowName,
        /// What it is given as inputs.
        with: Template,
    },
    /// Lets a model work on a task.
    Agent(AgentStep),
    /// Starts a `group`.
    Group,
    /// Starts a `switch`: the first branch whose condition holds is taken; no condition is `else`.
    Switch(Vec<Option<Condition>>),
    /// Starts a `parallel`: names of its branches.
    Parallel(Vec<String>),
    /// Starts a `foreach`: its steps are passed once per element.
    Foreach(ForeachStep),
    /// Joins the steps of the block that starts at this vertex; its `rescue` follows, as the branch after its
    /// last one, and runs only after a failure among them.
    Rescue(NodeIndex),
    /// Ends the block that starts at this vertex.
    End(NodeIndex),
}

/// One pass per element of a list.
#[derive(Debug, Clone)]
pub struct ForeachStep {
    /// The list.
    pub list: Template,
    /// The root under which its steps read the element.
    pub element: String,
    /// A longer list fails before the first pass.
    pub max: u32,
    /// Passes at once.
    pub at_once: u32,
}

/// A task for a model.
#[derive(Debug, Clone)]
pub struct AgentStep {
    /// The task.
    pub task: Text,
    /// Names of the actions it may call.
    pub tools: Vec<String>,
    /// The fields of its answer.
    pub answer: IndexMap<String, ValueSpec>,
    /// Name of the configured model; absent for the only one.
    pub model: Option<String>,
    /// Most calls of tools.
    pub calls: u32,
}

/// One call of an action.
#[derive(Debug, Clone)]
pub struct ActionStep {
    /// Name of the action node.
    pub action: String,
    /// Connection to use; absent for the only one of its system.
    pub connection: Option<String>,
    /// Class of its effect, already narrowed by its literal inputs.
    pub effect: Effect,
    /// Its input.
    pub with: Template,
    /// How often an attempt is repeated when nothing changed; absent for the usual 6 within 15 min.
    pub retry: Option<Retry>,
    /// The gate that must have approved this very input.
    pub requires_approval: Option<StepId>,
    /// Repeats a read until something holds.
    pub poll: Option<Poll>,
}

/// How often an attempt is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all.
    pub attempts: u32,
}

/// Repeats a read, durably.
#[derive(Debug, Clone)]
pub struct Poll {
    /// Until this holds of `$.out`.
    pub until: Condition,
    /// Time between two reads.
    pub every: SignedDuration,
    /// Time after which it is given up.
    pub at_most: SignedDuration,
    /// Whether giving up lets the step succeed with the last answer (`otherwise: continue`) or fail.
    pub continues: bool,
}

/// A durable wait.
#[derive(Debug, Clone)]
pub enum WaitStep {
    /// `{for: 4h}`.
    For(Delay),
    /// `{until: $.time}`.
    Until(Template),
    /// `{event: …, for: 4h}`.
    Event(EventWait),
}

/// A wait for an event.
#[derive(Debug, Clone)]
pub struct EventWait {
    /// Name of the trigger node.
    pub trigger: String,
    /// Connection to use; absent for the only one of its system.
    pub connection: Option<String>,
    /// Input of the node.
    pub with: Template,
    /// Only an event for which this holds ends the wait; reads the event as `$.trigger`.
    pub condition: Option<Condition>,
    /// How long it is waited for.
    pub within: SignedDuration,
}

/// A wait for people.
#[derive(Debug, Clone)]
pub struct GateStep {
    /// One line: who asks for what.
    pub subject: Text,
    /// What approvers see besides.
    pub show: Vec<Template>,
    /// Name of the channel; `console` is ours.
    pub via: String,
    /// Connection of the channel; absent for the only one of its system.
    pub connection: Option<String>,
    /// The record the question hangs on.
    pub record: Option<Template>,
    /// Who asked.
    pub requester: Option<Template>,
    /// Who gets it.
    pub beneficiary: Option<Template>,
    /// Stages in order; each must pass before the next opens.
    pub stages: Vec<Stage>,
    /// Who never counts.
    pub never: Vec<Never>,
    /// When those who were asked and have not decided are reminded.
    pub remind: Option<Remind>,
    /// Who else is asked when a stage is not decided in time.
    pub escalate: Option<Escalate>,
    /// When it is over without a decision.
    pub expires: Option<Expires>,
    /// Whether a rejection lets the run go on (`on_reject: continue`) instead of ending it.
    pub continues_on_reject: bool,
    /// The steps that name this gate in `requires_approval`, in the order of the text.
    pub gated: Vec<NodeIndex>,
}

/// One stage of a gate.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Name for people.
    pub name: String,
    /// The stage is left out unless this holds.
    pub condition: Option<Condition>,
    /// Whom to ask; empty with `via: console`, where whoever may use the console decides.
    pub approvers: Vec<Approvers>,
    /// How many must approve; one rejection rejects.
    pub need: u32,
}

/// One source of approvers.
#[derive(Debug, Clone)]
pub struct Approvers {
    /// Name of the people source.
    pub source: String,
    /// Connection to use; absent for the only one of its system.
    pub connection: Option<String>,
    /// Its input.
    pub input: Template,
}

/// Who never counts as an approver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// Who asked.
    Requester,
    /// Who gets it.
    Beneficiary,
    /// Somebody who has approved an earlier stage.
    SamePersonTwice,
}

/// What happens when nobody decides.
#[derive(Debug, Clone)]
pub struct Expires {
    /// Time after the gate opened.
    pub after: Delay,
    /// Whether it then counts as approved; the author had to give a reason.
    pub approves_because: Option<String>,
}

/// Reminders of those who have not decided.
#[derive(Debug, Clone)]
pub struct Remind {
    /// Time after the stage was asked, and between two of them.
    pub every: Delay,
    /// Most of them for one stage.
    pub at_most: u32,
}

/// Who else is asked.
#[derive(Debug, Clone)]
pub struct Escalate {
    /// Time after the stage was asked.
    pub after: Delay,
    /// They are asked besides.
    pub to: Vec<Approvers>,
}
