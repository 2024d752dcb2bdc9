//! Compiles what stands at the top of a workflow: declared values, budgets, and what a caller gets.

use drawbridge_sdk::Effect;
use indexmap::IndexMap;

use super::compile::Compiler;
use super::uses::Part;
use crate::expression::Template;
use crate::graph::{Counted, Guard, ValueSpec};
use crate::model::{GuardDoc, ValueDoc};
use crate::syntax::{Key, Node};

/// What is declared, as the blueprint holds it; `None` where a type is missing, which was reported.
pub(super) fn values(docs: &[ValueDoc<'_>]) -> Option<IndexMap<String, ValueSpec>> {
    docs.iter()
        .map(|doc| {
            let spec = ValueSpec {
                kind: doc.kind?,
                default: doc.default.map(|node| node.to_value()),
                description: doc.description.to_owned(),
            };
            Some((doc.key.text.clone(), spec))
        })
        .collect()
}

/// The classes of effects by their words.
pub(super) const CLASSES: [Effect; 8] = [
    Effect::Ticket,
    Effect::Change,
    Effect::Notify,
    Effect::Cut,
    Effect::Grant,
    Effect::Credential,
    Effect::Delete,
    Effect::Housekeeping,
];

/// The budgets; that what they count is there is looked at by a rule.
pub(super) fn guards(docs: &[GuardDoc<'_>]) -> Vec<Guard> {
    let guard = |doc: &GuardDoc<'_>| {
        let word = doc.count.as_str().unwrap_or_default();
        let class = CLASSES.into_iter().find(|class| class.as_str() == word);
        let count = class.map_or_else(|| Counted::Action(word.to_owned()), Counted::Class);
        Guard { count, per: doc.per, max: doc.max, fails: doc.fails }
    };
    docs.iter().map(guard).collect()
}

/// What a calling workflow gets; absent where something in it was reported.
pub(super) fn outputs(docs: &[(&Key, &Node)], compiler: &mut Compiler) -> Option<IndexMap<String, Template>> {
    let mut compiled = IndexMap::with_capacity(docs.len());
    for (key, node) in docs {
        let template = compiler.template(node, Part::Value);
        compiled.insert(key.text.clone(), template);
    }
    compiled.into_iter().map(|(name, template)| Some((name, template?))).collect()
}
