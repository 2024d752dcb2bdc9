//! The parts of a condition in our own words, for the checks that look for traps. Evaluates nothing.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, Literal, Test, TestFunction,
};
use serde_json::Value;

use super::queries::{reference, singular_reference, value_of};
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
        /// Whether it stands in `!( )`.
        negated: bool,
    },
    /// `match` or `search`.
    Matches {
        /// What is looked at.
        subject: Operand,
        /// The regular expression.
        pattern: String,
        /// Whether it must match the whole text.
        whole: bool,
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
    /// `length(…)` of a path: a number, absent where the path is.
    Length(Reference),
    /// `count(…)`: a number.
    Number,
    /// Something whose type is not known.
    Unknown,
}

/// The parts of a filter, in the order of the text.
pub(super) fn atoms(filter: &Filter, found: &mut Vec<Atom>) {
    add(filter, false, found);
}

/// Adds the parts of a filter; `inside` says whether `!` stands before it as a whole.
fn add(filter: &Filter, inside: bool, found: &mut Vec<Atom>) {
    match filter {
        Filter::Or(parts) | Filter::And(parts) => parts.iter().for_each(|part| add(part, inside, found)),
        Filter::Atom(FilterAtom::Filter { expr, not }) => add(expr, inside != *not, found),
        Filter::Atom(FilterAtom::Test { expr, not }) => found.extend(test(expr, inside != *not)),
        Filter::Atom(FilterAtom::Comparison(comparison)) => {
            let (left, right) = comparison.vals();
            let (left, right) = (operand(left), operand(right));
            found.push(Atom::Compares { comparator: comparator(comparison), left, right, negated: inside });
        }
    }
}

fn test(test: &Test, negated: bool) -> Option<Atom> {
    let function = match test {
        Test::AbsQuery(query) => return Some(Atom::Exists { path: reference(query), negated }),
        Test::RelQuery(_) => return None,
        Test::Function(function) => function.as_ref(),
    };
    let (subject, pattern, whole) = match function {
        TestFunction::Match(subject, pattern) => (subject, pattern, true),
        TestFunction::Search(subject, pattern) => (subject, pattern, false),
        _ => return None,
    };
    let FnArg::Literal(Literal::String(pattern)) = pattern else { return None };
    Some(Atom::Matches { subject: argument(subject), pattern: pattern.clone(), whole, negated })
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
        Comparable::Literal(literal) => Operand::Literal(value_of(literal)),
        Comparable::SingularQuery(query) => singular_reference(query).map_or(Operand::Unknown, Operand::Path),
        Comparable::Function(TestFunction::Length(subject)) => match argument(subject) {
            Operand::Path(path) => Operand::Length(path),
            _ => Operand::Number,
        },
        Comparable::Function(TestFunction::Count(_)) => Operand::Number,
        Comparable::Function(_) => Operand::Unknown,
    }
}

fn argument(argument: &FnArg) -> Operand {
    match argument {
        FnArg::Literal(literal) => Operand::Literal(value_of(literal)),
        FnArg::Test(test) => match test.as_ref() {
            Test::AbsQuery(query) => Operand::Path(reference(query)),
            Test::RelQuery(_) | Test::Function(_) => Operand::Unknown,
        },
        FnArg::Filter(_) => Operand::Unknown,
    }
}
