//! A filter as a tree, and the tree as text.
//!
//! Source: microsoft-graph.md section 4.3.

use std::fmt;

use crate::azure_ad::odata::literal::Literal;

/// A condition. `And` and `Or` hold two parts at least.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        path: String,
        operator: Operator,
        literal: Literal,
    },
    In {
        path: String,
        literals: Vec<Literal>,
    },
    Call {
        function: Function,
        path: String,
        text: String,
    },
    /// `any` or `all` over a list; no body means that the list is not empty.
    Lambda {
        path: String,
        every: bool,
        body: Option<(String, Box<Expr>)>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    /// For enumerations of flags.
    Has,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    StartsWith,
    EndsWith,
    Contains,
}

impl Operator {
    pub(crate) const ALL: [Self; 7] = [Self::Eq, Self::Ne, Self::Gt, Self::Ge, Self::Lt, Self::Le, Self::Has];

    /// How a filter writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Has => "has",
        }
    }

    /// How the service names it in its messages.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Eq => "Equal",
            Self::Ne => "NotEqual",
            Self::Gt => "GreaterThan",
            Self::Ge => "GreaterThanOrEqual",
            Self::Lt => "LessThan",
            Self::Le => "LessThanOrEqual",
            Self::Has => "Has",
        }
    }
}

impl Function {
    pub(crate) const ALL: [Self; 3] = [Self::StartsWith, Self::EndsWith, Self::Contains];

    /// How the service names it in its messages; filters write it in any case.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Contains => "contains",
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(out, parts, " and "),
            Self::Or(parts) => joined(out, parts, " or "),
            Self::Not(inner) => {
                out.write_str("not ")?;
                guarded(out, inner)
            }
            Self::Compare { path, operator, literal } => write!(out, "{path} {} {literal}", operator.word()),
            Self::In { path, literals } => {
                let literals: Vec<String> = literals.iter().map(ToString::to_string).collect();
                write!(out, "{path} in ({})", literals.join(","))
            }
            Self::Call { function, path, text } => {
                write!(out, "{}({path},{})", function.word(), Literal::Text(text.clone()))
            }
            Self::Lambda { path, every, body } => {
                write!(out, "{path}/{}(", if *every { "all" } else { "any" })?;
                if let Some((variable, body)) = body {
                    write!(out, "{variable}:{body}")?;
                }
                out.write_str(")")
            }
        }
    }
}

fn joined(out: &mut fmt::Formatter<'_>, parts: &[Expr], word: &str) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.write_str(word)?;
        }
        guarded(out, part)?;
    }
    Ok(())
}

/// Writes a part in parentheses where it would fall apart without.
fn guarded(out: &mut fmt::Formatter<'_>, part: &Expr) -> fmt::Result {
    match part {
        Expr::And(_) | Expr::Or(_) => write!(out, "({part})"),
        _ => write!(out, "{part}"),
    }
}
