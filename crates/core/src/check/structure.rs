//! What the schema that editors use says about a workflow, as findings at their places. The readers of
//! `model` speak first and say more; what they said is not said twice, what they overlooked is added. So
//! nothing that an editor underlines passes `check`.

use drawbridge_sdk::Catalog;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::structure_place::place;
use super::structure_words::Fault;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::schema::demands;
use crate::syntax::Node;

/// The composed schema with its validator.
#[derive(Debug)]
pub(super) struct Structure {
    schema: Value,
    validator: Option<Validator>,
}

impl Structure {
    /// Composes the schema of this catalogue; costs some milliseconds.
    pub(super) fn new(catalog: &Catalog) -> Self {
        let schema = demands(catalog);
        // A test holds that the composed schema of any catalogue is one.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        let validator = options.build(&schema).ok();
        Self { schema, validator }
    }

    /// Adds what the schema refuses and nobody has said yet.
    pub(super) fn add(&self, root: &Node, found: &mut Vec<Diagnostic>) {
        let Some(validator) = &self.validator else { return };
        let document = root.to_value();
        if validator.is_valid(&document) {
            return;
        }
        let said: Vec<Said> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| Said {
                code: finding.code,
                message: finding.message.clone(),
                places: finding.labels.iter().map(|label| label.span).collect(),
            })
            .collect();
        for error in validator.iter_errors(&document) {
            let leaf = best_leaf(&error);
            let place = place(root, leaf.instance_path());
            for fault in Fault::of(leaf, place, &self.schema) {
                if !said.iter().any(|said| said.covers(&fault)) {
                    found.push(fault.finding());
                }
            }
        }
    }
}

/// What a reader has said already.
struct Said {
    code: Code,
    message: String,
    places: Vec<Span>,
}

impl Said {
    /// Whether it speaks of this fault: at the same place, and where one key is missing, of that key.
    fn covers(&self, fault: &Fault<'_>) -> bool {
        let around = fault.around();
        let meets =
            |span: &Span| span.file == around.file && span.start <= around.end && span.end >= around.start;
        let speaks = match fault.missing() {
            // A step without its input lacks `with`, and it was said which input that is.
            Some("with") => self.code == Code::WF018,
            Some(name) => self.message.contains(&format!("`{name}`")),
            None => true,
        };
        speaks && self.places.iter().any(meets)
    }
}

/// Descends into alternatives as long as one of them fits better than the others.
fn best_leaf<'e>(error: &'e ValidationError<'_>) -> &'e ValidationError<'e> {
    let mut leaf: &ValidationError<'_> = error;
    loop {
        let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
            leaf.kind()
        else {
            return leaf;
        };
        let here = leaf.instance_path();
        // An alternative is closer when what it refuses lies deeper: then the value itself is of its kind.
        let deeper = context.iter().filter(|errors| {
            errors.iter().all(|error| error.instance_path() != here || is_about_members(error))
        });
        match deeper.min_by_key(|errors| errors.len()).and_then(|errors| errors.first()) {
            Some(next) => leaf = next,
            None => return leaf,
        }
    }
}

/// Whether an error about a map is about its members and not about its being a map.
fn is_about_members(error: &ValidationError<'_>) -> bool {
    matches!(
        error.kind(),
        ValidationErrorKind::AdditionalProperties { .. }
            | ValidationErrorKind::Required { .. }
            | ValidationErrorKind::PropertyNames { .. }
            | ValidationErrorKind::Minimum { .. }
            | ValidationErrorKind::Maximum { .. }
            | ValidationErrorKind::AnyOf { .. }
            | ValidationErrorKind::OneOfNotValid { .. }
    )
}
