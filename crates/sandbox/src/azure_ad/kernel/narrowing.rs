//! What may stand behind a relation in a path: a type, one of its objects, `$count` and `$ref`.
//!
//! Source: microsoft-graph.md section 3.

use crate::azure_ad::model::schema::{DIRECTORY, Kind};

/// Which part of a relation is asked for, and in which form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrowing {
    /// Only objects of this type.
    pub(crate) cast: Option<Kind>,
    /// Only the object with this id.
    pub(crate) one: Option<String>,
    pub(crate) form: Form,
}

/// How what is found is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    Objects,
    /// Their number.
    Count,
    /// Their addresses.
    References,
}

impl Narrowing {
    /// Reads the segments behind a relation: each as it was sent and in its one spelling. Nothing for what cannot
    /// stand there.
    pub(crate) fn read(behind: &[(&str, &str)]) -> Option<Self> {
        let mut narrowing = Self::default();
        let mut left = behind.iter().copied().peekable();
        if let Some(cast) = left.peek().and_then(|(_, lower)| type_of(lower)) {
            narrowing.cast = Some(cast);
            left.next();
        }
        if let Some((sent, _)) =
            left.next_if(|(_, lower)| !lower.starts_with('$') && !lower.starts_with("graph."))
        {
            narrowing.one = Some(sent.to_ascii_lowercase());
        }
        narrowing.form = match left.next() {
            None => Form::Objects,
            Some((_, "$count")) if narrowing.one.is_none() => Form::Count,
            Some((_, "$ref")) => Form::References,
            Some(_) => return None,
        };
        left.next().is_none().then_some(narrowing)
    }
}

/// The kind a cast such as `graph.user` names.
fn type_of(lower: &str) -> Option<Kind> {
    let name = lower.strip_prefix("graph.")?;
    DIRECTORY.into_iter().find(|kind| kind.short_name().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_takes_a_type_an_object_and_a_form() {
        let check = |behind: &str, expected: Option<Narrowing>| {
            let behind: Vec<(&str, &str)> = behind.split(' ').map(|part| (part, part)).collect();
            assert_eq!(Narrowing::read(&behind), expected, "{behind:?}");
        };
        let plain = Narrowing::default();
        let users = Narrowing { cast: Some(Kind::User), ..plain.clone() };
        let one = Narrowing { one: Some("x".to_owned()), ..plain.clone() };
        check("graph.user", Some(users.clone()));
        check("$count", Some(Narrowing { form: Form::Count, ..plain.clone() }));
        check("graph.user $count", Some(Narrowing { form: Form::Count, ..users.clone() }));
        check("$ref", Some(Narrowing { form: Form::References, ..plain }));
        check("x", Some(one.clone()));
        check("x $ref", Some(Narrowing { form: Form::References, ..one }));
        check("graph.user x", Some(Narrowing { one: Some("x".to_owned()), ..users }));
        for refused in ["graph.message", "x $count", "$count $ref", "$value", "x y", "x $ref y"] {
            check(refused, None);
        }
    }
}
