//! Laws of the filter language, held against many made-up filters.
//!
//! What was printed is read as the same; the answer is that of a slow evaluator written from the
//! grammar alone; and nothing that comes over the wire makes the readers stumble.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::capability;
use crate::azure_ad::odata::expand::Relation;
use crate::azure_ad::odata::expression::{Expr, Function, Operator};
use crate::azure_ad::odata::field::{Entity, Field, Level, Levels, Rules, Shape};
use crate::azure_ad::odata::literal::Literal;
use crate::azure_ad::odata::orderby::Order;
use crate::azure_ad::odata::search::Search;
use crate::azure_ad::odata::{expand, filter};

/// A type on which everything works.
struct Free;

impl Entity for Free {
    fn rules(&self) -> Rules {
        Rules {
            type_name: "microsoft.graph.free".to_owned(),
            resource: "Free".to_owned(),
            sortable: &[],
            sort_keys_max: 1,
            sorted_filter_is_advanced: false,
            searchable: &[],
            alternatives_max: usize::MAX,
        }
    }

    fn field(&self, path: &str) -> Option<Field<'_>> {
        let (shape, list) = match path {
            "text" | "deep/text" | "things/text" => (Shape::Text, false),
            "number" => (Shape::Number, false),
            "flag" => (Shape::Flag, false),
            "instant" => (Shape::Instant, false),
            "deep" => (Shape::Complex, false),
            "texts" | "things/texts" => (Shape::Text, true),
            "things" => (Shape::Complex, true),
            _ => return None,
        };
        let d = Level::Default;
        let levels = Levels {
            eq: d,
            negated: d,
            starts_with: d,
            ends_with: d,
            contains: d,
            order: d,
            null: d,
            count: d,
        };
        Some(Field { path: path.to_owned().into(), shape, list, enumeration: false, levels, alone: false })
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[aAbBø' ]{0,3}", Just("O'Brien".to_owned()), Just("Å".to_owned())]
}

fn instants() -> impl Strategy<Value = Timestamp> {
    (0_i64..4).prop_map(|step| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(step * 500))
}

fn texts_literal() -> impl Strategy<Value = Literal> {
    prop_oneof![4 => words().prop_map(Literal::Text), 1 => Just(Literal::Null)]
}

fn operators() -> impl Strategy<Value = Operator> {
    proptest::sample::select(&Operator::ALL[..6])
}

/// A condition on one of the paths that hold texts.
fn on_text(path: &'static str) -> BoxedStrategy<Expr> {
    let path = path.to_owned();
    let (second, third) = (path.clone(), path.clone());
    prop_oneof![
        (operators(), texts_literal()).prop_map(move |(operator, literal)| Expr::Compare {
            path: path.clone(),
            operator,
            literal
        }),
        proptest::collection::vec(texts_literal(), 1..4)
            .prop_map(move |literals| Expr::In { path: second.clone(), literals }),
        (proptest::sample::select(&Function::ALL[..]), words())
            .prop_map(move |(function, text)| Expr::Call { function, path: third.clone(), text }),
    ]
    .boxed()
}

fn compare(path: &'static str, literals: BoxedStrategy<Literal>) -> BoxedStrategy<Expr> {
    (operators(), literals)
        .prop_map(move |(operator, literal)| Expr::Compare { path: path.to_owned(), operator, literal })
        .boxed()
}

fn leaves() -> BoxedStrategy<Expr> {
    let numbers = (-2_i32..3).prop_map(|number| Literal::Number(f64::from(number) / 2.0)).boxed();
    let counts = (0_u8..3).prop_map(|number| Literal::Number(f64::from(number))).boxed();
    let days = Just(Literal::Date(jiff::civil::date(1970, 1, 1)));
    prop_oneof![
        on_text("text"),
        on_text("deep/text"),
        compare("number", numbers),
        compare("flag", any::<bool>().prop_map(Literal::Flag).boxed()),
        compare("instant", prop_oneof![instants().prop_map(Literal::Instant), days].boxed()),
        compare("texts/$count", counts),
        proptest::sample::select(vec!["texts", "things"]).prop_map(|path| Expr::Lambda {
            path: path.to_owned(),
            every: false,
            body: None
        }),
        (any::<bool>(), combined(on_text("p"))).prop_map(|(every, body)| lambda("texts", every, "p", body)),
        (any::<bool>(), combined(inside_things()))
            .prop_map(|(every, body)| lambda("things", every, "t", body)),
    ]
    .boxed()
}

fn inside_things() -> BoxedStrategy<Expr> {
    let nested = (any::<bool>(), prop_oneof![on_text("q"), on_text("t/text")]);
    prop_oneof![on_text("t/text"), nested.prop_map(|(every, body)| lambda("t/texts", every, "q", body))]
        .boxed()
}

fn lambda(path: &str, every: bool, variable: &str, body: Expr) -> Expr {
    Expr::Lambda { path: path.to_owned(), every, body: Some((variable.to_owned(), Box::new(body))) }
}

fn combined(leaves: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    leaves
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
                inner.prop_map(|inner| Expr::Not(Box::new(inner))),
            ]
        })
        .boxed()
}

fn optional(values: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![4 => values, 1 => Just(Value::Null)].boxed()
}

fn objects() -> impl Strategy<Value = Map<String, Value>> {
    let texts = || proptest::collection::vec(words().prop_map(Value::from), 0..3).prop_map(Value::from);
    let thing = (optional(words().prop_map(Value::from)), texts())
        .prop_map(|(text, texts)| json!({ "text": text, "texts": texts }));
    (
        optional(words().prop_map(Value::from)),
        optional(words().prop_map(|text| json!({ "text": text }))),
        optional((-2_i32..3).prop_map(|number| json!(f64::from(number) / 2.0))),
        optional(any::<bool>().prop_map(Value::from)),
        optional(instants().prop_map(|instant| json!(instant.to_string()))),
        texts(),
        proptest::collection::vec(thing, 0..3),
    )
        .prop_map(|(text, deep, number, flag, instant, texts, things)| {
            let object = json!({
                "text": text, "deep": deep, "number": number, "flag": flag, "instant": instant, "texts": texts,
                "things": things,
            });
            object.as_object().cloned().unwrap_or_default()
        })
}

/// The meaning of a filter, as slow and plain as it can be written.
fn naive(expr: &Expr, object: &Value, items: &[(String, Value)]) -> bool {
    match expr {
        Expr::And(parts) => !parts.iter().any(|part| !naive(part, object, items)),
        Expr::Or(parts) => parts.iter().filter(|part| naive(part, object, items)).count() > 0,
        Expr::Not(inner) => !naive(inner, object, items),
        Expr::Compare { path, operator, literal } => {
            let value = match path.strip_suffix("/$count") {
                Some(list) => json!(at(list, object, items).as_array().map_or(0, Vec::len)),
                None => at(path, object, items),
            };
            let equal = equals(&value, literal);
            let below = is_below(&value, literal);
            match operator {
                Operator::Eq => equal,
                Operator::Ne => !equal,
                Operator::Lt => below == Some(true),
                Operator::Le => {
                    below == Some(true) || (equal && below.is_some()) || both_null(&value, literal)
                }
                Operator::Gt => below == Some(false) && !equal,
                Operator::Ge => below == Some(false) || both_null(&value, literal),
                Operator::Has => false,
            }
        }
        Expr::In { path, literals } => {
            literals.iter().any(|literal| equals(&at(path, object, items), literal))
        }
        Expr::Call { function, path, text } => {
            let value = at(path, object, items);
            let Some(value) = value.as_str().map(str::to_lowercase) else { return false };
            match function {
                Function::StartsWith => value.starts_with(&text.to_lowercase()),
                Function::EndsWith => value.ends_with(&text.to_lowercase()),
                Function::Contains => value.contains(&text.to_lowercase()),
            }
        }
        Expr::Lambda { path, every, body } => {
            let list = at(path, object, items).as_array().cloned().unwrap_or_default();
            let Some((variable, body)) = body else { return !list.is_empty() };
            let met = list.iter().filter(|item| {
                let mut inner = items.to_vec();
                inner.push((variable.clone(), (*item).clone()));
                naive(body, object, &inner)
            });
            let met = met.count();
            if *every { met == list.len() } else { met > 0 }
        }
    }
}

fn both_null(value: &Value, literal: &Literal) -> bool {
    value.is_null() && *literal == Literal::Null
}

fn at(path: &str, object: &Value, items: &[(String, Value)]) -> Value {
    let mut steps: Vec<&str> = path.split('/').collect();
    let mut value = object.clone();
    if let Some((_, item)) = items.iter().find(|(variable, _)| *variable == steps[0]) {
        value = item.clone();
        steps.remove(0);
    }
    for step in steps {
        value = value.get(step).cloned().unwrap_or_default();
    }
    value
}

fn equals(value: &Value, literal: &Literal) -> bool {
    match literal {
        Literal::Null => value.is_null(),
        Literal::Text(text) => {
            value.as_str().is_some_and(|value| value.to_lowercase() == text.to_lowercase())
        }
        _ => is_below(value, literal) == Some(false) && is_above(value, literal) == Some(false),
    }
}

/// Whether the value is below; nothing where the two do not compare.
fn is_below(value: &Value, literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Text(text) => Some(value.as_str()?.to_lowercase() < text.to_lowercase()),
        Literal::Number(number) => Some(value.as_f64()? < *number),
        Literal::Flag(flag) => Some(!value.as_bool()? & *flag),
        Literal::Instant(_) | Literal::Date(_) => {
            let value: Timestamp = value.as_str()?.parse().ok()?;
            Some(value < literal.instant()?)
        }
        _ => None,
    }
}

fn is_above(value: &Value, literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Number(number) => Some(value.as_f64()? > *number),
        Literal::Flag(flag) => Some(value.as_bool()? & !*flag),
        Literal::Instant(_) | Literal::Date(_) => {
            let value: Timestamp = value.as_str()?.parse().ok()?;
            Some(value > literal.instant()?)
        }
        _ => None,
    }
}

/// Pieces of the language in any order, to come near to filters more often than noise does.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "(",
        ")",
        ",",
        ":",
        "/",
        "'",
        "''",
        "\"",
        " and ",
        " or ",
        "not ",
        " eq ",
        " ne ",
        " ge ",
        " in ",
        " has ",
        "any(",
        "all(",
        "/any(p:",
        "$count",
        "startswith(",
        "contains(",
        "displayName",
        "accountEnabled",
        "createdDateTime",
        "proxyAddresses",
        "assignedLicenses",
        "x/skuId",
        "p",
        "null",
        "true",
        "5",
        "-1.5e3",
        "2026-01-01T00:00:00Z",
        "2026-01-01",
        "duration'PT5H'",
        "'x'",
        "manager",
        "$select=",
        "$levels=",
        ";",
        "*",
        "displayName:ann",
        "AND ",
        "OR ",
        "ø",
        "\u{0}",
        "%",
        " desc",
        " asc",
    ]);
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Whatever happens, nothing may panic.
fn read_in_every_way(text: &str) {
    for kind in [Kind::User, Kind::Group] {
        if let Ok(expr) = filter::parse(text) {
            let again = filter::parse(&expr.to_string());
            assert_eq!(again.as_ref(), Ok(&expr), "{text}");
            if let Ok(ready) = capability::check(&kind, &expr, true) {
                ready.meets(&Map::new());
            }
        }
        let _ = Search::parse(&kind, text);
        let _ = Order::parse(&kind, text, false, false);
    }
    let _ = expand::parse(text, &[Relation::of("manager"), Relation::of("members")]);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn what_was_printed_is_read_as_the_same(expr in combined(leaves())) {
        prop_assert_eq!(filter::parse(&expr.to_string()).map_err(|error| error.message), Ok(expr));
    }

    #[test]
    fn the_answer_is_that_of_a_plain_evaluator(
        expr in combined(leaves()),
        objects in proptest::collection::vec(objects(), 8),
    ) {
        let ready = capability::check(&Free, &expr, false);
        let ready = ready.map_err(|error| TestCaseError::fail(format!("{expr}: {}", error.message)))?;
        for object in objects {
            let plain = naive(&expr, &Value::Object(object.clone()), &[]);
            prop_assert_eq!(ready.meets(&object), plain, "{} on {}", expr, Value::Object(object));
        }
    }

    #[test]
    fn no_pieces_make_the_readers_stumble(text in pieces()) {
        read_in_every_way(&text);
    }

    #[test]
    fn no_bytes_make_the_readers_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_in_every_way(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn long_inputs_end_soon() {
    let mut long = vec!["(".repeat(100_000), "not ".repeat(25_000), "'".repeat(100_000), "a/".repeat(50_000)];
    long.push("displayName eq 'x' and ".repeat(5_000));
    long.push(format!("city in ('{}')", vec!["x"; 20_000].join("','")));
    let mut nested = String::new();
    for depth in 0..5_000 {
        write!(nested, "proxyAddresses/any(p{depth}:").unwrap();
    }
    long.push(nested);
    for text in long {
        read_in_every_way(&text);
    }
}
