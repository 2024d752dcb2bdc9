//! The way of a text through its checks.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use drawbridge_sdk::Catalog;
use indexmap::IndexMap;

use super::assemble::{Parts, assemble};
use super::compile::Compiler;
use super::compile_mapping::compile_mappings;
use super::compile_step::{compile_common, compile_kind};
use super::compile_top;
use super::compile_trigger::compile_trigger;
use super::ctx::Ctx;
use super::links::Links;
use super::mapping_around::Around;
use super::outputs::{Named, build_world, settings_schema};
use super::parsed::Parsed;
use super::rules::RULES;
use super::schemas::Schemas;
use super::step::{Step, flatten, loops};
use super::structure::Structure;
use super::tables::compile_table;
use crate::definition::Definition;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::graph::Blueprint;
use crate::model::{KindDoc, Table, read_document};
use crate::syntax::Node;

/// Most findings that are told of one definition. More are of one cause, and nobody reads them.
const FINDINGS_MAX: usize = 200;

/// Checks definitions against one catalogue and remembers what it made of that; threads may share it.
#[derive(Debug)]
pub struct Checker<'c> {
    catalog: &'c Catalog,
    schemas: Schemas,
    structure: OnceLock<Structure>,
}

impl<'c> Checker<'c> {
    /// A checker for this catalogue; makes nothing yet.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, schemas: Schemas::new(catalog), structure: OnceLock::new() }
    }

    /// Checks a definition: every finding in one pass, in the order of the text.
    ///
    /// The blueprint is there exactly when no finding is an error. Never panics.
    #[must_use]
    pub fn check(&self, definition: &Definition) -> (Option<Blueprint>, Vec<Diagnostic>) {
        self.check_parsed(definition, Parsed::new(&definition.text))
    }

    /// Checks a definition whose text was parsed before.
    #[must_use]
    pub fn check_parsed(
        &self,
        definition: &Definition,
        parsed: Parsed,
    ) -> (Option<Blueprint>, Vec<Diagnostic>) {
        let Parsed { root, mut found } = parsed;
        if root.is_none() && found.is_empty() {
            found.push(Diagnostic::error(Code::WF001, Span::point(0), "the file is empty"));
        }
        let blueprint = root.and_then(|root| self.check_tree(&root, definition, &mut found));
        found.sort_by_key(|finding| (finding.span().file, finding.span().start, finding.code));
        found.dedup();
        let is_clean = errors(&found) == 0;
        cut(&mut found);
        (blueprint.filter(|_| is_clean), found)
    }

    fn check_tree(
        &self,
        root: &Node,
        definition: &Definition,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Blueprint> {
        let document = read_document(root, found);
        let calendars = document.calendars.iter();
        let calendars =
            calendars.map(|(key, calendar)| (key.text.clone(), Arc::new(calendar.clone()))).collect();
        let mut compiler = Compiler { calendars, ..Compiler::default() };
        let triggers = document.triggers.iter().chain(&document.cancel_on);
        let triggers: Vec<_> = triggers.map(|doc| compile_trigger(doc, &mut compiler)).collect();
        let mut steps = flatten(&document);
        self.compile_steps(&mut steps, &mut compiler);
        let outputs = compile_top::outputs(&document.outputs, &mut compiler);
        let output_uses = std::mem::take(&mut compiler.uses);
        found.append(&mut compiler.found);
        let mut tables = IndexMap::new();
        for doc in &document.tables {
            if let Some(table) = compile_table(doc, definition, found) {
                tables.insert(table.name.clone(), table);
            }
        }
        let by_name: HashMap<&str, &Table> =
            tables.values().map(|table: &Table| (table.name.as_str(), table)).collect();
        let table_names: Vec<_> = document.tables.iter().map(|table| table.key.text.as_str()).collect();
        let around = Around {
            definition,
            schemas: &self.schemas,
            catalog: self.catalog,
            tables: &by_name,
            table_names: &table_names,
            settings: &settings_schema(&document.settings),
        };
        let mappings = compile_mappings(document.mappings, &around, found);
        let named = Named { tables: &by_name, mappings: &mappings };
        let world = build_world(&document, &steps, &triggers, &named, &self.schemas);
        let links = Links::new(&steps, &world.by_id);
        let ctx = Ctx {
            root,
            catalog: self.catalog,
            schemas: &self.schemas,
            document: &document,
            steps: &steps,
            links: &links,
            triggers: &triggers,
            output_uses: &output_uses,
            tables: &by_name,
            mappings: &mappings,
            world: &world,
        };
        RULES.iter().for_each(|rule| rule(&ctx, found));
        if errors(found) < FINDINGS_MAX {
            self.structure.get_or_init(|| Structure::new(self.catalog)).add(root, found);
        }
        if errors(found) > 0 {
            return None;
        }
        let starts = triggers.iter().filter(|trigger| trigger.cancel.is_none());
        let parts = Parts {
            steps: &steps,
            links: &links,
            triggers: starts.filter_map(|trigger| trigger.spec.clone()).collect(),
            cancel_on: triggers.iter().filter_map(|trigger| trigger.cancel.clone()).collect(),
            guards: compile_top::guards(&document.guards),
            outputs: outputs?,
            tables: tables.clone(),
            mappings: mappings.into_blueprint(),
        };
        assemble(definition, &document, parts)
    }

    fn compile_steps(&self, steps: &mut [Step<'_>], compiler: &mut Compiler) {
        for at in 0..steps.len() {
            compiler.elements = loops(steps, at).filter_map(|each| element(&steps[each])).collect();
            let step = &mut steps[at];
            step.common = compile_common(step.doc, compiler);
            step.kind = compile_kind(step.doc, self.catalog, compiler);
            step.uses = std::mem::take(&mut compiler.uses);
        }
        compiler.elements.clear();
    }
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// The name of the element of a loop.
fn element(each: &Step<'_>) -> Option<String> {
    match &each.doc.kind {
        Some(KindDoc::Foreach(each)) => Some(each.element.0.to_owned()),
        _ => None,
    }
}

/// Leaves the first findings and says how many there are besides, an error if one of those is.
fn cut(found: &mut Vec<Diagnostic>) {
    let Some(first) = found.get(FINDINGS_MAX).map(Diagnostic::span) else { return };
    let rest = found.split_off(FINDINGS_MAX);
    let message = match rest.len() {
        1 => "there is 1 more finding".to_owned(),
        more => format!("there are {more} more findings"),
    };
    let new = if errors(&rest) > 0 { Diagnostic::error } else { Diagnostic::warning };
    found.push(new(Code::WF002, first, message).help("mend the ones above and check again"));
}

/// Checks one definition; whoever checks several takes a [`Checker`].
#[must_use]
pub fn check(definition: &Definition, catalog: &Catalog) -> (Option<Blueprint>, Vec<Diagnostic>) {
    Checker::new(catalog).check(definition)
}
