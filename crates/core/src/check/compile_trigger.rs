//! Compiles triggers.

use super::compile::Compiler;
use super::uses::{Part, Use};
use crate::graph::{CancelSpec, Concurrency, Dedupe, TriggerSpec};
use crate::model::TriggerDoc;
use crate::syntax::Node;

/// A trigger with what its expressions compiled to.
#[derive(Debug)]
pub(super) struct Trigger<'t> {
    /// Its text.
    pub(super) doc: &'t TriggerDoc<'t>,
    /// What it compiled to; absent where something in it was reported.
    pub(super) spec: Option<TriggerSpec>,
    /// The same for what withdraws runs.
    pub(super) cancel: Option<CancelSpec>,
    /// What its `with` reads.
    pub(super) input_uses: Vec<Use>,
    /// What everything else of it reads.
    pub(super) event_uses: Vec<Use>,
}

pub(super) fn compile_trigger<'t>(doc: &'t TriggerDoc<'t>, compiler: &mut Compiler) -> Trigger<'t> {
    let with = compiler.map(doc.with, "with", Part::Input);
    let input_uses = std::mem::take(&mut compiler.uses);
    let condition = match doc.condition {
        None => Some(None),
        Some(node) => compiler.condition(node, Part::Condition).map(Some),
    };
    let inputs = compiler.map(doc.inputs, "inputs", Part::Value);
    let dedupe = match &doc.dedupe {
        None => Some(None),
        Some(dedupe) => {
            compiler.template(dedupe.key, Part::Value).map(|key| Some(Dedupe { key, keep: dedupe.keep }))
        }
    };
    let concurrency = match &doc.concurrency {
        None => Some(None),
        Some(concurrency) => compiler
            .template(concurrency.key, Part::Value)
            .map(|key| Some(Concurrency { key, max: concurrency.max, ignores: concurrency.ignores })),
    };
    let withdraws = doc.withdraws.and_then(|(key, matches)| {
        let key = compiler.template(key, Part::Value);
        key.zip(compiler.template(matches, Part::Run))
    });
    let event_uses = std::mem::take(&mut compiler.uses);
    let cancel = || {
        let (key, matches) = withdraws?;
        Some(CancelSpec {
            id: doc.id.clone()?,
            trigger: doc.trigger.and_then(Node::as_str)?.to_owned(),
            connection: doc.connection.map(str::to_owned),
            with: with.clone()?,
            condition: condition.clone()?,
            key,
            matches,
        })
    };
    let cancel = cancel();
    let spec = || {
        Some(TriggerSpec {
            id: doc.id.clone()?,
            trigger: doc.trigger.and_then(Node::as_str)?.to_owned(),
            connection: doc.connection.map(str::to_owned),
            with: with?,
            condition: condition?,
            inputs: inputs?,
            dedupe: dedupe?,
            concurrency: concurrency?,
        })
    };
    Trigger { doc, spec: spec(), cancel, input_uses, event_uses }
}
