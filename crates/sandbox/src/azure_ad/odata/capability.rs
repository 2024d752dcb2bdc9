//! Which filters the service refuses although they are well formed.
//!
//! Owns the advanced-query rule, the types of operands and the order of the refusals. It turns an
//! expression into a `Filter`; nobody else makes one. It reads no data.
//!
//! Source: microsoft-graph.md sections 2, 4.1 and 4.2.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::evaluate::{Filter, Node, Operand, Place, Test};
use crate::azure_ad::odata::expression::{Expr, Function, Operator};
use crate::azure_ad::odata::field::{Entity, Field, Level, Levels, Shape, unknown};
use crate::azure_ad::odata::filter::no_signature;
use crate::azure_ad::odata::lexer::invalid;
use crate::azure_ad::odata::literal::Literal;

/// Segment that stands for the number of items of a list.
const COUNT: &str = "$count";

/// Prepares a filter, or refuses it as the service does.
///
/// # Errors
/// 400 `BadRequest` for unknown properties and operands of the wrong type, 400
/// `Request_UnsupportedQuery` for what the service does not support.
pub(crate) fn check(entity: &dyn Entity, expr: &Expr, advanced: bool) -> Result<Filter, GraphError> {
    let mut binder =
        Binder { entity, advanced, lists: Vec::new(), negated: false, alone: None, tops: Vec::new() };
    let node = binder.expr(expr)?;
    let alternatives_max = entity.rules().alternatives_max;
    let alternatives = alternatives(expr);
    if alternatives > alternatives_max {
        return Err(GraphError::unsupported_query(format!(
            "Too many child clauses specified in search filter expression containing 'OR' operators: {alternatives}. \
             Max allowed: {alternatives_max}."
        )));
    }
    let needed = match &binder.alone {
        None => Vec::new(),
        Some(name) if binder.tops.iter().any(|top| *top != top_of(name)) => {
            return Err(GraphError::unsupported_query(format!(
                "Filter on '{name}' is not supported together with filters on other properties."
            )));
        }
        Some(name) => vec![Place { up: None, steps: name.split('/').map(str::to_owned).collect() }],
    };
    Ok(Filter { node, needed })
}

/// A list whose items an inner expression speaks of.
struct List {
    variable: String,
    /// The list's path from the object.
    path: String,
}

struct Binder<'a> {
    entity: &'a dyn Entity,
    advanced: bool,
    /// Outermost first.
    lists: Vec<List>,
    /// Whether the expression stands inside `not` or `all`.
    negated: bool,
    /// A field that may be filtered only alone.
    alone: Option<String>,
    /// First segments of all paths.
    tops: Vec<String>,
}

impl<'a> Binder<'a> {
    fn expr(&mut self, expr: &Expr) -> Result<Node, GraphError> {
        match expr {
            Expr::And(parts) => Ok(Node::And(self.parts(parts)?)),
            Expr::Or(parts) => Ok(Node::Or(self.parts(parts)?)),
            Expr::Not(inner) => {
                let node = self.inside_negation(true, |binder| binder.expr(inner))?;
                Ok(Node::Not(Box::new(node)))
            }
            Expr::Compare { path, operator, literal } => self.comparison(path, *operator, literal),
            Expr::In { path, literals } => self.one_of(path, literals),
            Expr::Call { function, path, text } => self.call(*function, path, text),
            Expr::Lambda { path, every, body } => self.lambda(path, *every, body.as_ref()),
        }
    }

    fn parts(&mut self, parts: &[Expr]) -> Result<Vec<Node>, GraphError> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    fn inside_negation<T>(&mut self, negates: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.negated;
        self.negated |= negates;
        let done = work(self);
        self.negated = before;
        done
    }

    fn comparison(&mut self, path: &str, operator: Operator, literal: &Literal) -> Result<Node, GraphError> {
        if let Some(list) = path.strip_suffix(COUNT).and_then(|list| list.strip_suffix('/')) {
            return self.count(list, operator, literal);
        }
        let (place, field) = self.single(path)?;
        if operator == Operator::Has && !field.enumeration {
            return Err(incompatible(field.shape.type_name(), operator, literal));
        }
        let operand = operand(self.entity, &field, operator, literal)?;
        let level = |levels: &Levels| match (operator, literal) {
            (Operator::Eq | Operator::Ne, Literal::Null) => levels.null,
            (Operator::Eq | Operator::Ne, _) => levels.eq,
            // The service promises it for no property that can be filtered: none of them holds flags.
            (Operator::Has, _) => Level::Never,
            _ => levels.order,
        };
        self.inside_negation(operator == Operator::Ne, |binder| binder.need(&field, level))?;
        Ok(Node::Test(place, Test::Compare(operator, operand)))
    }

    fn count(&mut self, list: &str, operator: Operator, literal: &Literal) -> Result<Node, GraphError> {
        let (place, field) = self.resolve(list)?;
        if !field.list {
            return Err(invalid(&unknown(&self.entity.rules(), &format!("{list}/{COUNT}"))));
        }
        let Literal::Number(number) = literal else {
            return Err(incompatible("Edm.Int64", operator, literal));
        };
        self.inside_negation(operator == Operator::Ne, |binder| binder.need(&field, |levels| levels.count))?;
        Ok(Node::Test(place, Test::Count(operator, *number)))
    }

    fn one_of(&mut self, path: &str, literals: &[Literal]) -> Result<Node, GraphError> {
        let (place, field) = self.single(path)?;
        let operands: Result<Vec<Operand>, GraphError> =
            literals.iter().map(|literal| operand(self.entity, &field, Operator::Eq, literal)).collect();
        let operands = operands?;
        let has_null = literals.contains(&Literal::Null);
        self.need(&field, |levels| levels.eq)?;
        if has_null {
            self.need(&field, |levels| levels.null)?;
        }
        Ok(Node::Test(place, Test::In(operands)))
    }

    fn call(&mut self, function: Function, path: &str, text: &str) -> Result<Node, GraphError> {
        let (place, field) = self.single(path)?;
        if field.shape != Shape::Text {
            return Err(no_signature(function));
        }
        self.need(&field, |levels| match function {
            Function::StartsWith => levels.starts_with,
            Function::EndsWith => levels.ends_with,
            Function::Contains => levels.contains,
        })?;
        Ok(Node::Test(place, Test::Call(function, text.to_lowercase())))
    }

    fn lambda(
        &mut self,
        path: &str,
        every: bool,
        body: Option<&(String, Box<Expr>)>,
    ) -> Result<Node, GraphError> {
        let (place, field) = self.resolve(path)?;
        if !field.list {
            let message = "any/all may only be used following a collection.";
            return Err(invalid(message));
        }
        let Some((variable, body)) = body else {
            self.need(&field, |levels| levels.eq)?;
            return Ok(Node::Lambda { place, every, body: None });
        };
        if self.lists.iter().any(|list| list.variable == *variable) {
            return Err(invalid(&format!("The range variable '{variable}' has already been declared.")));
        }
        self.lists.push(List { variable: variable.clone(), path: field.path.into_owned() });
        let node = self.inside_negation(every, |binder| binder.expr(body));
        self.lists.pop();
        Ok(Node::Lambda { place, every, body: Some(Box::new(node?)) })
    }

    /// A path to one value, not to a list.
    fn single(&mut self, path: &str) -> Result<(Place, Field<'a>), GraphError> {
        let (place, field) = self.resolve(path)?;
        let is_item = place.steps.is_empty();
        if field.list && !is_item {
            return Err(invalid(&format!(
                "The property '{}' is a collection and must be followed by 'any' or 'all'.",
                field.path
            )));
        }
        Ok((place, field))
    }

    /// Finds the field of a path and the place of its value.
    fn resolve(&mut self, path: &str) -> Result<(Place, Field<'a>), GraphError> {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let list = self.lists.iter().rposition(|list| list.variable == first);
        if list.is_none() && !self.lists.is_empty() {
            return Err(invalid(&format!(
                "The path '{path}' inside any or all must start with the range variable."
            )));
        }
        let (full, skipped) = match list.and_then(|list| self.lists.get(list)) {
            None => (path.to_owned(), 0),
            Some(list) => {
                let full = rest.map_or_else(|| list.path.clone(), |rest| format!("{}/{rest}", list.path));
                (full, list.path.split('/').count())
            }
        };
        let unknown = || invalid(&unknown(&self.entity.rules(), &full));
        let field = self.entity.field(&full).ok_or_else(unknown)?;
        self.refuse_lists_on_the_way(&full, skipped)?;
        if field.alone {
            self.alone = Some(field.path.clone().into_owned());
        }
        self.tops.push(top_of(&field.path));
        let steps = field.path.split('/').skip(skipped).map(str::to_owned).collect();
        let up = list.map(|list| self.lists.len() - 1 - list);
        Ok((Place { up, steps }, field))
    }

    /// A path may go through a list only with `any` or `all`.
    fn refuse_lists_on_the_way(&self, full: &str, skipped: usize) -> Result<(), GraphError> {
        let ends = full.match_indices('/').map(|(end, _)| end).skip(skipped);
        for end in ends {
            if self.entity.field(&full[..end]).is_some_and(|field| field.list) {
                let name = full[end + 1..].split('/').next().unwrap_or_default();
                return Err(invalid(&format!(
                    "The parent value for a property access of a property '{name}' is not a single value. Property \
                     access can only be applied to a single value."
                )));
            }
        }
        Ok(())
    }

    fn need(&self, field: &Field<'_>, level: impl Fn(&Levels) -> Level) -> Result<(), GraphError> {
        let negation = if self.negated { field.levels.negated } else { Level::Default };
        let levels = [level(&field.levels), negation];
        let name = &field.path;
        if levels.contains(&Level::Never) {
            return Err(GraphError::unsupported_query(format!(
                "Unsupported or invalid query filter clause specified for property '{name}' of resource '{}'.",
                self.entity.rules().resource
            )));
        }
        if levels.contains(&Level::Advanced) && !self.advanced {
            return Err(GraphError::unsupported_query(format!(
                "Operator or property '{name}' is only supported in advanced queries. Set '$count=true' and the \
                 header 'ConsistencyLevel:eventual'. See https://aka.ms/graph-docs/advanced-queries"
            )));
        }
        Ok(())
    }
}

fn top_of(path: &str) -> String {
    path.split('/').next().unwrap_or_default().to_owned()
}

/// The value of a literal for a field, if their types fit.
fn operand(
    entity: &dyn Entity,
    field: &Field<'_>,
    operator: Operator,
    literal: &Literal,
) -> Result<Operand, GraphError> {
    match (field.shape, literal) {
        (_, Literal::Null) => Ok(Operand::Null),
        (Shape::Text, Literal::Text(text) | Literal::Member(_, text)) => {
            Ok(Operand::Text(text.to_lowercase()))
        }
        (Shape::Guid, Literal::Guid(guid)) => Ok(Operand::Text(guid.to_lowercase())),
        (Shape::Flag, Literal::Flag(flag)) => Ok(Operand::Flag(*flag)),
        (Shape::Number, Literal::Number(number)) => Ok(Operand::Number(*number)),
        (Shape::Instant, Literal::Instant(_) | Literal::Date(_)) => {
            literal.instant().map(Operand::Instant).ok_or_else(|| invalid("The date is out of range."))
        }
        (_, Literal::Name(name)) if entity.field(name).is_none() => {
            Err(invalid(&unknown(&entity.rules(), name)))
        }
        (_, Literal::Name(_)) => {
            let message = "Unsupported Query. The right side of a comparison must be a value.";
            Err(GraphError::unsupported_query(message))
        }
        _ => Err(incompatible(field.shape.type_name(), operator, literal)),
    }
}

fn incompatible(type_name: &str, operator: Operator, literal: &Literal) -> GraphError {
    invalid(&format!(
        "A binary operator with incompatible types was detected. Found operand types '{type_name}' and '{}' for \
         operator kind '{}'.",
        literal.type_name(),
        operator.kind()
    ))
}

/// How many alternatives the widest `or` of an expression offers.
fn alternatives(expr: &Expr) -> usize {
    fn within(parts: &[Expr]) -> usize {
        parts.iter().map(alternatives).max().unwrap_or(1)
    }
    match expr {
        Expr::Or(parts) => parts.iter().map(alternatives).sum(),
        Expr::And(parts) => within(parts),
        Expr::Not(inner) => alternatives(inner),
        Expr::Lambda { body: Some((_, body)), .. } => alternatives(body),
        _ => 1,
    }
}
