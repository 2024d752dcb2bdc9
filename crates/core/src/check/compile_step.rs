//! Compiles steps.

use drawbridge_sdk::{Catalog, Effect, Kind};
use indexmap::IndexMap;

use super::compile::Compiler;
use super::compile_gate::compile_gate;
use super::compile_top::values;
use super::uses::Part;
use crate::expression::{Condition, Template};
use crate::graph::{
    ActionStep, AgentStep, Common, EventWait, ForeachStep, Poll, Retry, SetValue, VertexKind, WaitStep,
};
use crate::model::{ActionDoc, AgentDoc, KindDoc, SetDoc, StepDoc, StepId, WaitDoc, WorkflowName};
use crate::syntax::Key;

/// The common keys of a step.
pub(super) fn compile_common(doc: &StepDoc<'_>, compiler: &mut Compiler) -> Common {
    Common {
        condition: doc.condition.and_then(|node| compiler.condition(node, Part::Condition)),
        expect: doc.expect.and_then(|node| compiler.condition(node, Part::Answer)),
        continues_on_error: doc.continues_on_error,
        timeout: doc.timeout,
        description: doc.description.map(str::to_owned),
    }
}

/// What a step does; absent where something in it was reported.
pub(super) fn compile_kind(
    doc: &StepDoc<'_>,
    catalog: &Catalog,
    compiler: &mut Compiler,
) -> Option<VertexKind> {
    Some(match doc.kind.as_ref()? {
        KindDoc::Action(action) => VertexKind::Action(compile_action(action, catalog, compiler)?),
        KindDoc::Approval(gate) => VertexKind::Approval(compile_gate(gate, compiler)?),
        KindDoc::Decide { table, with } => VertexKind::Decide {
            with: compiler.map(*with, "with", Part::Value)?,
            table: table.as_str()?.to_owned(),
        },
        KindDoc::Map { mapping, from } => VertexKind::Map {
            from: compiler.template(from, Part::Value)?,
            mapping: mapping.as_str()?.to_owned(),
        },
        KindDoc::Set(values) => VertexKind::Set(compile_set(values, compiler)?),
        KindDoc::Switch(branches) => {
            let conditions: Vec<Option<Option<Condition>>> = branches
                .iter()
                .map(|branch| match branch.condition {
                    None => Some(None),
                    Some(node) => compiler.condition(node, Part::Condition).map(Some),
                })
                .collect();
            VertexKind::Switch(conditions.into_iter().collect::<Option<_>>()?)
        }
        KindDoc::Parallel(branches) => {
            VertexKind::Parallel(branches.iter().map(|(name, _)| name.text.clone()).collect())
        }
        KindDoc::Group(_) => VertexKind::Group,
        KindDoc::Foreach(each) => VertexKind::Foreach(ForeachStep {
            list: compiler.template(each.list, Part::Value)?,
            element: each.element.0.to_owned(),
            max: each.max,
            at_once: each.at_once,
        }),
        KindDoc::Wait(wait) => VertexKind::Wait(compile_wait(wait, compiler)?),
        KindDoc::Workflow { name, with } => VertexKind::Child {
            with: compiler.map(*with, "with", Part::Input)?,
            workflow: WorkflowName::parse(name.as_str()?).ok()?,
        },
        KindDoc::Agent(agent) => VertexKind::Agent(compile_agent(agent, compiler)?),
        KindDoc::Stop { outcome, message } => {
            let text = match message {
                Some(node) => Some(compiler.text(node)?),
                None => None,
            };
            VertexKind::Stop { outcome: *outcome, message: text }
        }
    })
}

fn compile_wait(doc: &WaitDoc<'_>, compiler: &mut Compiler) -> Option<WaitStep> {
    Some(match doc {
        WaitDoc::For(delay) => WaitStep::For(compiler.delay(delay)?),
        WaitDoc::Until(node) => WaitStep::Until(compiler.template(node, Part::Value)?),
        WaitDoc::Event(event, within) => {
            let with = compiler.map(event.with, "with", Part::Input);
            let condition = match event.condition {
                None => Some(None),
                Some(node) => compiler.condition(node, Part::Event).map(Some),
            };
            WaitStep::Event(EventWait {
                trigger: event.trigger.as_str()?.to_owned(),
                connection: event.connection.map(str::to_owned),
                with: with?,
                condition: condition?,
                within: *within,
            })
        }
    })
}

fn compile_agent(doc: &AgentDoc<'_>, compiler: &mut Compiler) -> Option<AgentStep> {
    Some(AgentStep {
        task: compiler.text(doc.task?)?,
        tools: doc.tools.iter().filter_map(|node| node.as_str()).map(str::to_owned).collect(),
        answer: values(&doc.answer)?,
        model: doc.model.map(str::to_owned),
        calls: doc.calls,
    })
}

fn compile_action(doc: &ActionDoc<'_>, catalog: &Catalog, compiler: &mut Compiler) -> Option<ActionStep> {
    let name = doc.action.as_str()?;
    let with = compiler.map(doc.with, "with", Part::Input);
    let poll = match &doc.poll {
        None => Some(None),
        Some(poll) => compiler.condition(poll.until, Part::Answer).map(|until| {
            Some(Poll { until, every: poll.every, at_most: poll.at_most, continues: poll.continues })
        }),
    };
    let requires_approval =
        doc.requires_approval.map(|node| StepId::parse(node.as_str().unwrap_or_default()));
    let with = with?;
    Some(ActionStep {
        action: name.to_owned(),
        connection: doc.connection.map(str::to_owned),
        effect: effect(name, &with, catalog),
        with,
        retry: doc.attempts.map(|attempts| Retry { attempts }),
        requires_approval: requires_approval.and_then(Result::ok),
        poll: poll?,
    })
}

/// The class of a call by its literal inputs; the widest where they do not tell. What is refused is
/// reported by its own rule.
fn effect(action: &str, with: &Template, catalog: &Catalog) -> Effect {
    let Some(Kind::Write(write)) = catalog.get(action).map(|entry| &entry.kind) else { return Effect::Read };
    let literals = literals(with);
    if write.literal.iter().any(|name| literals.get(name).is_none()) {
        return write.widest;
    }
    (write.effect)(&literals).unwrap_or(write.widest)
}

/// The members of a map that are written out.
pub(super) fn literals(with: &Template) -> serde_json::Value {
    let Template::Map(members) = with else { return serde_json::json!({}) };
    let literal = |(name, member): (&String, &Template)| Some((name.clone(), member.literal()?));
    serde_json::Value::Object(members.iter().filter_map(literal).collect())
}

fn compile_set(values: &[(&Key, SetDoc<'_>)], compiler: &mut Compiler) -> Option<IndexMap<String, SetValue>> {
    let mut compiled = IndexMap::with_capacity(values.len());
    let mut whole = true;
    for (key, doc) in values {
        let value = match doc {
            SetDoc::Plain(node) => compiler.template(node, Part::Value).map(SetValue::Plain),
            SetDoc::Ago(duration) => Some(SetValue::Ago(*duration)),
            SetDoc::FromNow(duration) => Some(SetValue::FromNow(*duration)),
            SetDoc::Condition(node) => compiler.condition(node, Part::Condition).map(SetValue::Condition),
            SetDoc::Count(node) => compiler.template(node, Part::First).map(SetValue::Count),
            SetDoc::First(node) => compiler.template(node, Part::First).map(SetValue::First),
            SetDoc::Add { time, by } => {
                compiler.template(time, Part::Value).map(|time| SetValue::Add { time, by: *by })
            }
            SetDoc::Without { list, other } => {
                let (list, other) =
                    (compiler.template(list, Part::Value), compiler.template(other, Part::Value));
                list.zip(other).map(|(list, other)| SetValue::Without { list, other })
            }
        };
        match value {
            Some(value) => _ = compiled.insert(key.text.clone(), value),
            None => whole = false,
        }
    }
    whole.then_some(compiled)
}
