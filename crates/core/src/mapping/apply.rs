//! Applies a mapping to one source. Pure: the same source, settings and answers give the same.

use serde_json::{Value, json};

use super::applied::{Applied, Lookup, LookupAnswer, Note};
use super::field::{Outcome, outcome};
use super::kinds::{Alternative, Field, Mapping};
use crate::expression::EvalError;

impl Mapping {
    /// The fields of the target for this source, in the order of the text.
    ///
    /// # Errors
    /// [`EvalError`] where a field says `fail`, is required and gets nothing, or cannot be computed.
    pub fn apply(
        &self,
        source: &Value,
        settings: &Value,
        answers: &[LookupAnswer],
    ) -> Result<Applied, EvalError> {
        let roots = json!({ "source": source, "settings": settings });
        let mut applied = Applied::default();
        for field in &self.fields {
            field.apply(&roots, answers, &mut applied).map_err(|error| {
                EvalError::new(format!("field `{}` of mapping `{}`: {error}", field.target, self.name))
            })?;
        }
        Ok(applied)
    }
}

impl Field {
    fn apply(&self, roots: &Value, answers: &[LookupAnswer], applied: &mut Applied) -> Result<(), EvalError> {
        for alternative in &self.alternatives {
            if !alternative.is_taken(roots)? {
                continue;
            }
            let (value, reason, list) = match outcome(&alternative.gives, roots, answers)? {
                Outcome::Next => continue,
                Outcome::Leave => return Ok(()),
                Outcome::Set(value) => {
                    applied.target.insert(self.target.clone(), value);
                    return Ok(());
                }
                Outcome::Ask { record, by, value } => {
                    let field = self.target.clone();
                    applied.ask(Lookup { field, record, by, value });
                    return Ok(());
                }
                Outcome::Flag(value, reason) => (value, reason, &mut applied.flagged),
                Outcome::Defer(value, reason) => (value, reason, &mut applied.deferred),
            };
            list.push(Note { field: self.target.clone(), value, reason });
            return Ok(());
        }
        Ok(())
    }
}

impl Alternative {
    fn is_taken(&self, roots: &Value) -> Result<bool, EvalError> {
        self.condition.as_ref().map_or(Ok(true), |condition| condition.holds(roots))
    }
}

impl Applied {
    fn ask(&mut self, lookup: Lookup) {
        let same = |asked: &Lookup| {
            (&asked.record, &asked.by, &asked.value) == (&lookup.record, &lookup.by, &lookup.value)
        };
        if !self.lookups.iter().any(same) {
            self.lookups.push(lookup);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::{Condition, Path, Template, Text};
    use crate::mapping::{Case, Found, Gives, MaxLength, Otherwise, Source, Translation, Unmatched};

    use super::*;

    fn from(path: &str) -> Gives {
        Gives {
            source: Source::From(Path::parse(path).unwrap()),
            on_absent: Otherwise::Keep,
            on_null: Otherwise::Keep,
            case: None,
            translation: None,
            no_match: Unmatched::Fail,
            max_length: None,
            required: false,
        }
    }

    fn mapping(alternatives: Vec<(Option<&str>, Gives)>) -> Mapping {
        let alternatives = alternatives
            .into_iter()
            .map(|(condition, gives)| Alternative {
                condition: condition.map(|text| Condition::parse(text).unwrap()),
                gives,
            })
            .collect();
        Mapping {
            name: "m".to_owned(),
            from: "a.b".to_owned(),
            to: "s.person".to_owned(),
            fields: vec![Field { target: "f".to_owned(), alternatives }],
        }
    }

    /// What one field gives, in short: its value, `-` where it is left out, or the error.
    fn gives(mapping: &Mapping, source: &Value, answers: &[LookupAnswer]) -> String {
        match mapping.apply(source, &json!({"team": "it"}), answers) {
            Err(error) => error.to_string().replace("field `f` of mapping `m`: ", ""),
            Ok(applied) if !applied.lookups.is_empty() => format!("asks {}", json!(applied.lookups)),
            Ok(applied) if !applied.flagged.is_empty() => format!("flags {}", json!(applied.flagged)),
            Ok(applied) if !applied.deferred.is_empty() => format!("defers {}", json!(applied.deferred)),
            Ok(applied) => applied.target.get("f").map_or_else(|| "-".to_owned(), Value::to_string),
        }
    }

    #[test]
    fn absent_null_and_empty_text_are_three_things_for_every_word() {
        let other = || Otherwise::Value(json!("other"));
        let (absent, null, empty) = (json!({}), json!({"x": null}), json!({"x": ""}));
        // The word for both keys; then what absent, null and empty text give, without and with `required`.
        let table = [
            (Otherwise::Keep, ["-", "-", "\"\""]),
            (Otherwise::Clear, ["null", "null", "\"\""]),
            (Otherwise::Skip, ["\"last\"", "\"last\"", "\"\""]),
            (Otherwise::Fail, ["`$.source.x` is absent", "`$.source.x` is null", "\"\""]),
            (other(), ["\"other\"", "\"other\"", "\"\""]),
        ];
        let last = || Gives { source: Source::Value(json!("last")), ..from("$.source.y") };
        for (word, expected) in table {
            let first = Gives { on_absent: word.clone(), on_null: word.clone(), ..from("$.source.x") };
            let mapping = mapping(vec![(None, first), (None, last())]);
            let seen = [&absent, &null, &empty].map(|source| gives(&mapping, source, &[]));
            assert_eq!(seen, expected, "{word:?}");
        }
        // Each key speaks of its own case only.
        for word in [Otherwise::Keep, Otherwise::Clear, Otherwise::Fail, other()] {
            let only = Gives { on_absent: word.clone(), ..from("$.source.x") };
            assert_eq!(gives(&mapping(vec![(None, only)]), &null, &[]), "-", "{word:?}");
            let only = Gives { on_null: word.clone(), ..from("$.source.x") };
            assert_eq!(gives(&mapping(vec![(None, only)]), &absent, &[]), "-", "{word:?}");
        }
    }

    #[test]
    fn what_is_required_is_neither_left_out_nor_emptied() {
        let check = |word: Otherwise, source: Value, expected: &str| {
            let gives_it = Gives {
                on_absent: word.clone(),
                on_null: word.clone(),
                required: true,
                ..from("$.source.x")
            };
            assert_eq!(gives(&mapping(vec![(None, gives_it)]), &source, &[]), expected, "{word:?} {source}");
        };
        check(Otherwise::Keep, json!({}), "it is required, and there is no value");
        check(Otherwise::Skip, json!({}), "it is required, and there is no value");
        check(Otherwise::Clear, json!({"x": null}), "it is required, and it would be emptied");
        check(Otherwise::Fail, json!({"x": ""}), "it is required, and it would be an empty text");
        check(Otherwise::Fail, json!({"x": "a"}), "\"a\"");
        check(Otherwise::Value(json!(1)), json!({}), "1");
    }

    #[test]
    fn first_of_passes_over_what_is_absent_null_or_empty() {
        let several = |paths: &[&str]| Gives {
            source: Source::FirstOf(paths.iter().map(|path| Template::parse(path).unwrap()).collect()),
            on_null: Otherwise::Clear,
            ..from("$.source.x")
        };
        let check = |source: Value, expected: &str| {
            let two = mapping(vec![(None, several(&["$.source.x", "$.source.y"]))]);
            assert_eq!(gives(&two, &source, &[]), expected, "{source}");
        };
        check(json!({"x": "a", "y": "b"}), "\"a\"");
        check(json!({"x": "", "y": "b"}), "\"b\"");
        check(json!({"x": null, "y": false}), "false");
        check(json!({"x": null, "y": ""}), "null");
        check(json!({"y": ""}), "\"\"");
        check(json!({}), "-");
    }

    #[test]
    fn alternatives_are_tried_until_one_holds_and_no_further() {
        let value = |value: &str| Gives { source: Source::Value(json!(value)), ..from("$.source.x") };
        let three = mapping(vec![
            (Some("$.source.country == 'NO'"), value("Oslo")),
            (Some("$.settings.team == $.source.team"), from("$.source.office")),
            (Some("$.source.country == 'SE'"), value("Stockholm")),
        ]);
        let check = |source: Value, expected: &str| assert_eq!(gives(&three, &source, &[]), expected);
        check(json!({"country": "NO", "team": "it", "office": "B"}), "\"Oslo\"");
        check(json!({"country": "SE", "team": "it"}), "-");
        check(json!({"country": "SE"}), "\"Stockholm\"");
        check(json!({"country": "DK"}), "-");
    }

    #[test]
    fn a_text_with_a_missing_value_is_missing_itself() {
        let text = |source: &str| Gives {
            source: Source::Text(Text::parse(source).unwrap()),
            on_absent: Otherwise::Value(json!("absent")),
            on_null: Otherwise::Value(json!("null")),
            ..from("$.source.x")
        };
        let check = |source: &str, expected: &str| {
            let roots = json!({"a": "A", "n": null, "list": []});
            assert_eq!(gives(&mapping(vec![(None, text(source))]), &roots, &[]), expected, "{source}");
        };
        check("{{source.a}} of {{settings.team}}", "\"A of it\"");
        check("{{source.a}} {{source.b}}", "\"absent\"");
        check("{{source.n}} {{source.a}}", "\"null\"");
        check("{{source.n}} {{source.b}}", "\"absent\"");
        check("{{default source.b \"-\"}}", "\"-\"");
        check("{{#if source.b}}{{source.b}}{{/if}}", "\"\"");
        check("{{source.list}}", "`{{source.list}}` is a list; write `{{join source.list \", \"}}`");
    }

    #[test]
    fn letters_and_length_are_set_before_and_after_translation() {
        let check = |case, most, value: Value, expected: &str| {
            let one = Gives { case, max_length: most, ..from("$.source.x") };
            assert_eq!(gives(&mapping(vec![(None, one)]), &json!({"x": value}), &[]), expected);
        };
        let most = |truncates| Some(MaxLength { chars: 3, truncates });
        check(Some(Case::Lower), None, json!("ÅSE"), "\"åse\"");
        check(Some(Case::Upper), None, json!("åse"), "\"ÅSE\"");
        check(Some(Case::Title), None, json!("åSE of o'neil"), "\"Åse Of O'neil\"");
        check(Some(Case::Title), None, json!(3), "`case` takes a text, and this is 3");
        check(None, most(true), json!("åsel"), "\"åse\"");
        check(None, most(true), json!("åse"), "\"åse\"");
        check(None, most(false), json!("åsel"), "the text has 4 characters, and at most 3 are allowed");
        check(None, most(false), json!(true), "`max_length` takes a text, and this is true");
        let values = Translation::Map([("hr".to_owned(), json!("People"))].into());
        let both = Gives {
            case: Some(Case::Lower),
            translation: Some(values),
            max_length: most(true),
            ..from("$.source.x")
        };
        assert_eq!(gives(&mapping(vec![(None, both)]), &json!({"x": "HR"}), &[]), "\"Peo\"");
    }

    #[test]
    fn what_has_no_counterpart_follows_its_word() {
        let check = |no_match: Unmatched, found: Found, expected: &str| {
            let by_name = Translation::Lookup { record: "s.person".to_owned(), by: "name".to_owned() };
            let one = Gives { translation: Some(by_name), no_match: no_match.clone(), ..from("$.source.x") };
            let (record, by, value) = ("s.person".to_owned(), "name".to_owned(), "ann".to_owned());
            let answer = LookupAnswer { record, by, value, found };
            let seen = gives(&mapping(vec![(None, one)]), &json!({"x": "ann"}), &[answer]);
            assert_eq!(seen, expected, "{no_match:?}");
        };
        check(Unmatched::Fail, Found::One("7".to_owned()), "\"7\"");
        check(Unmatched::Fail, Found::None, "\"ann\" has no counterpart");
        check(Unmatched::Fail, Found::Ambiguous, "\"ann\" has several counterparts");
        check(Unmatched::Keep, Found::None, "-");
        check(Unmatched::Value(json!("x")), Found::None, "\"x\"");
        let note = |reason: &str| format!(r#"[{{"field":"f","value":"ann","reason":"{reason}"}}]"#);
        check(Unmatched::Flag, Found::None, &format!("flags {}", note("no_match")));
        check(Unmatched::Flag, Found::Ambiguous, &format!("flags {}", note("ambiguous")));
        check(Unmatched::Defer, Found::None, &format!("defers {}", note("no_match")));
    }

    #[test]
    fn lookups_are_asked_once_each_and_never_for_nothing() {
        let lookup = |by: &str| Gives {
            translation: Some(Translation::Lookup { record: "s.person".to_owned(), by: by.to_owned() }),
            no_match: Unmatched::Flag,
            ..from("$.source.x")
        };
        let field = |target: &str, by: &str| Field {
            target: target.to_owned(),
            alternatives: vec![Alternative { condition: None, gives: lookup(by) }],
        };
        let fields = vec![field("a", "id"), field("b", "name"), field("c", "id")];
        let mapping = Mapping { fields, ..mapping(Vec::new()) };
        let apply = |x: Value, answers: &[LookupAnswer]| {
            mapping.apply(&json!({ "x": x }), &json!({}), answers).unwrap()
        };
        let asked = apply(json!(7), &[]);
        let seen: Vec<_> = asked.lookups.iter().map(|one| (&*one.field, &*one.by, &*one.value)).collect();
        assert_eq!(seen, [("a", "id", "7"), ("b", "name", "7")]);
        let answers =
            [asked.lookups[0].answered(Found::One("p".to_owned())), asked.lookups[1].answered(Found::None)];
        let told = apply(json!(7), &answers);
        assert_eq!(told.lookups, []);
        let flagged = json!([{"field": "b", "value": 7, "reason": "no_match"}]);
        let output = json!({"target": {"a": "p", "c": "p"}, "flagged": flagged, "deferred": []});
        assert_eq!(told.output(), output);
        let empty = apply(json!(""), &[]);
        assert_eq!((empty.lookups.len(), empty.flagged.len()), (0, 3));
        assert_eq!(apply(json!(null), &[]), Applied::default());
    }
}
