//! The parts of a condition in our own words, for the checks that look for traps. Evaluates nothing.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, Literal, Test, TestFunction,
};
use serde_json::Value;

use super::queries::{reference, singular_reference};
use super::references::Reference;

/// One part of a condition that is true or false by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Atom {
    /// A bare path: whether it exists.
    Exists {
        /// The path.
        path: Reference,
        /// Whether `!` stands before it.
        negated: bool,
    },
    /// A comparison.
    Compares {
        /// The operator.
        comparator: Comparator,
        /// What stands left of it.
        left: Operand,
        /// What stands right of it.
        right: Operand,
    },
    /// `match` or `search`.
    Matches {
        /// What is looked at.
        subject: Operand,
        /// Whether `!` stands before it.
        negated: bool,
    },
}

/// An operator that compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    More,
    /// `>=`
    MoreOrEqual,
}

impl Comparator {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::More => ">",
            Self::MoreOrEqual => ">=",
        }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A value that is written out.
    Literal(Value),
    /// A path to one value.
    Path(Reference),
    /// `length(…)` or `count(…)`: a number.
    Number,
    /// Something whose type is not known.
    Unknown,
}

/// The parts of a filter, in the order of the text.
pub(super) fn atoms(filter: &Filter, found: &mut Vec<Atom>) {
    match filter {
        Filter::Or(parts) | Filter::And(parts) => parts.iter().for_each(|part| atoms(part, found)),
        Filter::Atom(FilterAtom::Filter { expr, .. }) => atoms(expr, found),
        Filter::Atom(FilterAtom::Test { expr, not }) => match expr.as_ref() {
            Test::AbsQuery(query) => found.push(Atom::Exists { path: reference(query), negated: *not }),
            Test::Function(function) => {
                if let TestFunction::Match(subject, _) | TestFunction::Search(subject, _) = function.as_ref()
                {
                    found.push(Atom::Matches { subject: argument(subject), negated: *not });
                }
            }
            Test::RelQuery(_) => {}
        },
        Filter::Atom(FilterAtom::Comparison(comparison)) => {
            let (left, right) = comparison.vals();
            let (left, right) = (operand(left), operand(right));
            found.push(Atom::Compares { comparator: comparator(comparison), left, right });
        }
    }
}

/// The parts of a filter that must all hold for it to hold.
pub(super) fn demands(filter: &Filter, found: &mut Vec<Atom>) {
    match filter {
        Filter::And(parts) => parts.iter().for_each(|part| demands(part, found)),
        Filter::Atom(FilterAtom::Filter { expr, not: false }) => demands(expr, found),
        Filter::Atom(FilterAtom::Filter { .. }) | Filter::Or(_) => {}
        Filter::Atom(_) => atoms(filter, found),
    }
}

fn comparator(comparison: &Comparison) -> Comparator {
    match comparison {
        Comparison::Eq(..) => Comparator::Equal,
        Comparison::Ne(..) => Comparator::Unequal,
        Comparison::Lt(..) => Comparator::Less,
        Comparison::Lte(..) => Comparator::LessOrEqual,
        Comparison::Gt(..) => Comparator::More,
        Comparison::Gte(..) => Comparator::MoreOrEqual,
    }
}

fn operand(comparable: &Comparable) -> Operand {
    match comparable {
        Comparable::Literal(literal) => Operand::Literal(value(literal)),
        Comparable::SingularQuery(query) => singular_reference(query).map_or(Operand::Unknown, Operand::Path),
        Comparable::Function(TestFunction::Length(_) | TestFunction::Count(_)) => Operand::Number,
        Comparable::Function(_) => Operand::Unknown,
    }
}

fn argument(argument: &FnArg) -> Operand {
    match argument {
        FnArg::Literal(literal) => Operand::Literal(value(literal)),
        FnArg::Test(test) => match test.as_ref() {
            Test::AbsQuery(query) => Operand::Path(reference(query)),
            Test::RelQuery(_) | Test::Function(_) => Operand::Unknown,
        },
        FnArg::Filter(_) => Operand::Unknown,
    }
}

fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Int(number) => Value::from(*number),
        Literal::Float(number) => Value::from(*number),
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Bool(truth) => Value::from(*truth),
        Literal::Null => Value::Null,
    }
}
