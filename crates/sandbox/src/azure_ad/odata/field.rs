//! What the query language must know of an entity type: its fields, and what may be done with them.
//!
//! The language itself names no type. Whoever lists objects hands in an `Entity`.

use std::borrow::Cow;

/// Under which condition an operator works on a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Never,
    /// Works in every query.
    Default,
    /// Works in advanced queries only.
    Advanced,
}

/// Type of a value, or of the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text or a member of an enumeration: filters write both in quotes.
    Text,
    Guid,
    Flag,
    Number,
    Instant,
    /// An object.
    Complex,
}

impl Shape {
    /// Name of the type in the service's messages.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Text => "Edm.String",
            Self::Guid => "Edm.Guid",
            Self::Flag => "Edm.Boolean",
            Self::Number => "Edm.Int32",
            Self::Instant => "Edm.DateTimeOffset",
            Self::Complex => "Edm.ComplexType",
        }
    }
}

/// Which operators work on a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Levels {
    /// `eq`, `in`, and `any()` without a condition.
    pub(crate) eq: Level,
    /// `ne`, `not` and `all`, where the operator inside works.
    pub(crate) negated: Level,
    pub(crate) starts_with: Level,
    pub(crate) ends_with: Level,
    pub(crate) contains: Level,
    /// `ge`, `gt`, `le`, `lt`.
    pub(crate) order: Level,
    /// `eq null`.
    pub(crate) null: Level,
    /// Comparisons of the `/$count` of a list.
    pub(crate) count: Level,
}

impl Levels {
    pub(crate) const NONE: Self = Self {
        eq: Level::Never,
        negated: Level::Never,
        starts_with: Level::Never,
        ends_with: Level::Never,
        contains: Level::Never,
        order: Level::Never,
        null: Level::Never,
        count: Level::Never,
    };

    /// Levels of a directory object: eq, startsWith, ge/le, eq null.
    ///
    /// `ne` and `not` work wherever `eq` does and always need an advanced query.
    pub(crate) const fn directory([eq, starts_with, order, null]: [Level; 4]) -> Self {
        Self { eq, negated: Level::Advanced, starts_with, order, null, ..Self::NONE }
    }
}

/// One field as a filter or an ordering sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    /// The path in the service's own spelling.
    pub(crate) path: Cow<'a, str>,
    pub(crate) shape: Shape,
    /// Whether it holds many values of that shape.
    pub(crate) list: bool,
    /// Whether its texts are members of an enumeration; `has` asks nothing else.
    pub(crate) enumeration: bool,
    pub(crate) levels: Levels,
    /// Whether a filter on it may name no other property, and never finds objects without it.
    pub(crate) alone: bool,
}

/// What does not depend on the field.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Name of the type in metadata, such as `microsoft.graph.user`.
    pub(crate) type_name: String,
    /// Name in refusals, such as `User`.
    pub(crate) resource: String,
    /// Properties that may be ordered by.
    pub(crate) sortable: &'static [&'static str],
    /// Most properties in one ordering.
    pub(crate) sort_keys_max: usize,
    /// Whether an ordering together with a filter needs an advanced query.
    pub(crate) sorted_filter_is_advanced: bool,
    /// Properties `$search` looks into.
    pub(crate) searchable: &'static [&'static str],
    /// Most alternatives joined with `or`.
    pub(crate) alternatives_max: usize,
}

/// An entity type.
pub(crate) trait Entity {
    fn rules(&self) -> Rules;

    /// The field a path leads to, in any case. A path may lead through a list to a field of its
    /// items. Nothing when the type has no such property.
    fn field(&self, path: &str) -> Option<Field<'_>>;
}

/// What the service says of a property a type does not have.
pub(crate) fn unknown(rules: &Rules, path: &str) -> String {
    let (parent, name) = path.rsplit_once('/').map_or((None, path), |(parent, name)| (Some(parent), name));
    let nested = parent.map(|parent| parent.rsplit('/').next().unwrap_or(parent));
    let of = nested.map_or_else(|| rules.type_name.clone(), |parent| format!("microsoft.graph.{parent}"));
    format!("Could not find a property named '{name}' on type '{of}'.")
}
