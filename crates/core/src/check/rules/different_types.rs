//! WF035: a comparison that never holds because its sides have different types, or because the value is
//! none that the path can have.

use serde_json::Value;

use crate::check::conditions::{Written, conditions};
use crate::check::ctx::Ctx;
use crate::check::types::Types;
use crate::check::world::Meaning;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::expression::{Atom, Comparator, Operand};
use crate::syntax::list;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for written in conditions(ctx) {
        for atom in written.condition.atoms() {
            match &atom {
                Atom::Compares { comparator, left, right, .. } => {
                    compare(ctx, &written, *comparator, [left, right], found);
                }
                Atom::Matches { subject, .. } => {
                    let types = types(ctx, &written, subject);
                    if !types.meets(Types::TEXT) {
                        let name = name(subject);
                        let message = format!("{name} is {}, and only a text can match", types.words());
                        let error = Diagnostic::error(Code::WF035, written.piece(&place(subject)), message);
                        found.push(error.help("compare it with `==` or `<`"));
                    }
                }
                Atom::Exists { .. } => {}
            }
        }
    }
}

fn compare(
    ctx: &Ctx<'_, '_>,
    written: &Written<'_, '_>,
    comparator: Comparator,
    sides: [&Operand; 2],
    found: &mut Vec<Diagnostic>,
) {
    let [left, right] = sides;
    let (left_types, right_types) = (types(ctx, written, left), types(ctx, written, right));
    let span = written.piece(&place(if matches!(left, Operand::Path(_)) { left } else { right }));
    let is_null = |operand: &Operand| matches!(operand, Operand::Literal(Value::Null));
    if !widened(left_types).meets(widened(right_types)) {
        if is_null(left) || is_null(right) {
            let path = if is_null(left) { right } else { left };
            found.extend(never_null(ctx, written, path, comparator));
            return;
        }
        let message = format!(
            "{} is {} and {} is {}, so `{}` never compares them",
            name(left),
            left_types.words(),
            name(right),
            right_types.words(),
            comparator.as_str()
        );
        let error = Diagnostic::error(Code::WF035, span, message);
        found.push(match unquoted(left, right_types).or_else(|| unquoted(right, left_types)) {
            Some(text) => {
                let error = error.help(format!("write `{text}` without quotes"));
                written.mended(error, &format!("'{text}'"), text)
            }
            None => match quoted(left, right_types).or_else(|| quoted(right, left_types)) {
                Some((wrong, right)) => written.mended(error.help(format!("write `{right}`")), &wrong, right),
                None => error.help("compare values of one type"),
            },
        });
        return;
    }
    let has_order = matches!(comparator, Comparator::Equal | Comparator::Unequal)
        || widened(left_types).and(widened(right_types)).meets(Types::NUMBER.or(Types::TEXT));
    if !has_order {
        let message = format!(
            "{} is {}, and `{}` orders only numbers and texts",
            name(left),
            left_types.words(),
            comparator.as_str()
        );
        found.push(Diagnostic::error(Code::WF035, span, message).help("compare with `==` or `!=`"));
        return;
    }
    let (Operand::Path(path), Operand::Literal(value)) =
        (if matches!(left, Operand::Path(_)) { (left, right) } else { (right, left) })
    else {
        return;
    };
    if !matches!(comparator, Comparator::Equal | Comparator::Unequal) || value.is_null() {
        return;
    }
    let Meaning::Known(shape, _) = ctx.world.meaning(path, written.site) else { return };
    let Some(values) = shape.values() else { return };
    if !values.contains(&value) {
        let words: Vec<_> = values.iter().filter_map(|value| value.as_str()).collect();
        let error = Diagnostic::error(Code::WF035, span, format!("`{}` is never {value}", path.text));
        let text = value.as_str().unwrap_or_default();
        found.push(match nearest(text, words.iter().copied()) {
            Some(near) => error.did_you_mean(&format!("'{text}'"), &format!("'{near}'")),
            None => error.note(format!("it is one of {}", list(&words))),
        });
    }
}

/// A comparison with null of what is never null: absent is another thing.
fn never_null(
    ctx: &Ctx<'_, '_>,
    written: &Written<'_, '_>,
    operand: &Operand,
    comparator: Comparator,
) -> Option<Diagnostic> {
    let Operand::Path(path) = operand else { return None };
    let Meaning::Known(_, certain) = ctx.world.meaning(path, written.site) else { return None };
    let text = &path.text;
    let may_be_absent = !certain || written.reads_skipped(ctx, path);
    let help = match comparator {
        Comparator::Equal if may_be_absent => format!("absent is not null: write `!{text}`"),
        Comparator::Unequal if may_be_absent => format!("absent is not null: write `{text}`"),
        Comparator::Equal | Comparator::Unequal => "leave the comparison out".to_owned(),
        _ => return None,
    };
    let message = format!("`{text}` is never null");
    Some(Diagnostic::warning(Code::WF035, written.piece(text), message).help(help))
}

/// The way out where a number or truth was put in quotes.
fn unquoted(operand: &Operand, wanted: Types) -> Option<String> {
    let Operand::Literal(Value::String(text)) = operand else { return None };
    let value: Value = serde_json::from_str(text).ok()?;
    Types::of(&value).meets(wanted).then(|| text.clone())
}

/// The way out where a text is compared with what stands without quotes.
fn quoted(operand: &Operand, other: Types) -> Option<(String, String)> {
    let Operand::Literal(value @ (Value::Number(_) | Value::Bool(_))) = operand else { return None };
    (other.without(Types::NULL) == Types::TEXT).then(|| (value.to_string(), format!("'{value}'")))
}

/// Whole numbers and others are compared with each other.
fn widened(types: Types) -> Types {
    if types.meets(Types::NUMBER) { types.or(Types::NUMBER) } else { types }
}

fn types(ctx: &Ctx<'_, '_>, written: &Written<'_, '_>, operand: &Operand) -> Types {
    match operand {
        Operand::Literal(value) => Types::of(value),
        Operand::Path(path) => ctx.world.types(path, written.site),
        Operand::Number | Operand::Length(_) => Types::NUMBER,
        Operand::Unknown => Types::ANY,
    }
}

fn name(operand: &Operand) -> String {
    match operand {
        Operand::Literal(Value::String(text)) => format!("`'{text}'`"),
        Operand::Literal(value) => format!("`{value}`"),
        Operand::Path(path) => format!("`{}`", path.text),
        Operand::Length(path) => format!("`length({})`", path.text),
        Operand::Number | Operand::Unknown => "the other side".to_owned(),
    }
}

fn place(operand: &Operand) -> String {
    match operand {
        Operand::Path(path) | Operand::Length(path) => path.text.clone(),
        Operand::Literal(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        Operand::Number | Operand::Unknown => String::new(),
    }
}
