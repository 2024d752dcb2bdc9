//! Every trap of a condition, one row each: what it gives by RFC 9535, and what is said about it.

use drawbridge_core::expression::Condition;
use serde_json::{Value, json};

use crate::run;

/// Name of the row; the condition; what it gives, where it is evaluated; what is said about it, code first.
type Row = (&'static str, &'static str, Option<bool>, &'static str);

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);
const REFUSED: Option<bool> = None;

/// What a run holds when the conditions are evaluated. `p` has no department, and its manager is null.
fn roots() -> Value {
    json!({
        "inputs": {
            "who": "Åse O'Neil", "n": 5, "big": 9_007_199_254_740_993_i64, "near": 9_007_199_254_740_992_i64,
            "half": 0.5, "tiny": 1e-17, "flag": false, "code": "007", "at": "2026-11-23T08:00:00Z", "empty": "",
            "list": [1, 2.0, "x", null], "same": [1.0, 2, "x", null], "none": [], "map": {"a": 1, "b": [2]},
        },
        "status": {"p": "succeeded", "skipped": "skipped"},
        "steps": {"p": {
            "id": "1", "displayName": "Åse", "accountEnabled": false, "devices": 0, "manager": null,
            "groups": [{"id": "g1"}, {"id": "g2"}],
        }},
    })
}

const ROWS: &[Row] = &[
    // What is absent.
    (
        "unequal holds of an absent path",
        "$.steps.p.department != 'Sales'",
        YES,
        "WF034 `!=` also holds when `$.steps.p.department` is absent",
    ),
    (
        "unequal on the other side too",
        "'Sales' != $.steps.p.department",
        YES,
        "WF034 `!=` also holds when `$.steps.p.department` is absent",
    ),
    (
        "unequal to null holds of an absent path",
        "$.steps.p.manager.id != null",
        YES,
        "WF035 `$.steps.p.manager.id` is never null",
    ),
    ("unequal with a guard", "$.steps.p.department && $.steps.p.department != 'Sales'", NO, ""),
    (
        "negated equal holds of an absent path",
        "!($.steps.p.department == 'Sales')",
        YES,
        "WF034 `!(… == …)` also holds when `$.steps.p.department` is absent",
    ),
    (
        "negated less holds of an absent path",
        "!($.steps.p.department < 'S')",
        YES,
        "WF034 `!(… < …)` also holds when `$.steps.p.department` is absent",
    ),
    (
        "negated match holds of an absent path",
        "!match($.steps.p.department, 'S.*')",
        YES,
        "WF034 `!match` also holds when `$.steps.p.department` is absent",
    ),
    (
        "equal holds of two absent paths",
        "$.steps.p.department == $.steps.p.manager.id",
        YES,
        "WF034 `==` also holds when `$.steps.p.department` and `$.steps.p.manager.id` are both absent",
    ),
    (
        "less or equal holds of two absent paths",
        "$.steps.p.department <= $.steps.p.manager.id",
        YES,
        "WF034 `<=` also holds when `$.steps.p.department` and `$.steps.p.manager.id` are both absent",
    ),
    (
        "more or equal holds of two absent paths",
        "$.steps.p.department >= $.steps.p.manager.id",
        YES,
        "WF034 `>=` also holds when `$.steps.p.department` and `$.steps.p.manager.id` are both absent",
    ),
    (
        "negated unequal holds of two absent paths",
        "!($.steps.p.department != $.steps.p.manager.id)",
        YES,
        "WF034 `!(… != …)` also holds when `$.steps.p.department` and `$.steps.p.manager.id` are both absent",
    ),
    ("less holds not of two absent paths", "$.steps.p.department < $.steps.p.manager.id", NO, ""),
    ("equal with one certain side", "$.steps.p.department == $.inputs.who", NO, ""),
    (
        "length of what is absent",
        "length($.steps.p.department) != 3",
        YES,
        "WF034 `!=` also holds when `$.steps.p.department` is absent",
    ),
    // Existence.
    (
        "a bare path holds of false",
        "$.inputs.flag",
        YES,
        "WF033 `$.inputs.flag` alone asks whether it exists, not whether it is true",
    ),
    (
        "a negated bare path holds not of false",
        "!$.inputs.flag",
        NO,
        "WF033 `$.inputs.flag` alone asks whether it exists, not whether it is true",
    ),
    (
        "a bare path holds of null",
        "$.steps.p.manager",
        YES,
        "WF033 `$.steps.p.manager` alone also holds when it is null",
    ),
    (
        "a bare path holds of what is always there",
        "$.inputs.empty",
        YES,
        "WF033 `$.inputs.empty` alone asks whether it exists, and it always does",
    ),
    ("a bare path holds not of what is absent", "$.steps.p.manager.id", NO, ""),
    ("a filter asks whether one element fits", "$.steps.p.groups[?@.id == 'g2']", YES, ""),
    ("no element differs", "!$.steps.p.groups[?@.id != 'g1']", NO, ""),
    ("absent is not null", "$.steps.p.manager.id == null", NO, "WF035 `$.steps.p.manager.id` is never null"),
    ("null is null", "$.steps.p.manager == null", YES, ""),
    // Types.
    (
        "a text is no number",
        "$.inputs.n == '5'",
        NO,
        "WF035 `$.inputs.n` is a whole number and `'5'` is a text, so `==` never compares them",
    ),
    (
        "a number is no text",
        "$.inputs.code == 7",
        NO,
        "WF035 `$.inputs.code` is a text and `7` is a whole number, so `==` never compares them",
    ),
    (
        "a truth is no text",
        "$.inputs.flag == 'false'",
        NO,
        "WF035 `$.inputs.flag` is true or false and `'false'` is a text, so `==` never compares them",
    ),
    (
        "truths have no order",
        "$.inputs.flag < true",
        NO,
        "WF035 `$.inputs.flag` is true or false, and `<` orders only numbers and texts",
    ),
    (
        "lists have no order",
        "$.inputs.list <= $.inputs.same",
        YES,
        "WF035 `$.inputs.list` is a list, and `<=` orders only numbers and texts",
    ),
    (
        "a number does not match",
        "match($.inputs.n, '5.*')",
        NO,
        "WF035 `$.inputs.n` is a whole number, and only a text can match",
    ),
    ("a word that is never there", "$.status.p == 'success'", NO, "WF035 `$.status.p` is never \"success\""),
    // Numbers.
    ("whole numbers are compared exactly", "$.inputs.big == $.inputs.near", NO, ""),
    ("the larger of two large ones", "$.inputs.big > $.inputs.near", YES, ""),
    ("a tiny number is not nothing", "$.inputs.tiny == 0", NO, ""),
    ("a whole number equals itself as a float", "$.inputs.n == 5.0", YES, ""),
    ("a float is compared with a whole number", "$.inputs.half < 1 && $.inputs.half > 0", YES, ""),
    ("a negative number", "$.inputs.n > -1", YES, ""),
    ("a number with an exponent", "$.inputs.n < 1e2", YES, ""),
    (
        "a number beyond 2^53 is refused",
        "$.inputs.big == 9007199254740993",
        REFUSED,
        "WF032 `9007199254740993` is beyond 9007199254740991, the largest whole number of a condition",
    ),
    (
        "a number out of range is refused",
        "$.inputs.n < 1e999",
        REFUSED,
        "WF032 a number in it is out of range",
    ),
    // Lists, maps and texts.
    ("lists are equal element by element", "$.inputs.list == $.inputs.same", YES, ""),
    ("an empty list is not another one", "$.inputs.none == $.inputs.list", NO, ""),
    ("texts are ordered by code point", "$.inputs.who > 'Z'", YES, ""),
    ("a quote in a text", r"$.inputs.who == 'Åse O\'Neil'", YES, ""),
    ("a text in double quotes", "$.inputs.who == \"Åse O'Neil\"", YES, ""),
    ("an escape of unicode", r"$.steps.p.displayName == '\u00c5se'", YES, ""),
    ("empty is not absent", "$.inputs.empty == ''", YES, ""),
    ("operators inside a text are text", "$.inputs.who == 'a and b || c = d'", NO, ""),
    ("a name in brackets", "$['inputs']['n'] == 5", YES, ""),
    ("spaces and line ends between parts", "$.inputs.n == 5\n  && $.inputs.half == 0.5", YES, ""),
    // Patterns.
    (
        "match takes the whole text",
        "match($.inputs.who, 'Åse')",
        NO,
        "WF037 `match` takes the whole text, so this is `== 'Åse'`",
    ),
    ("match with a rest", "match($.inputs.who, 'Åse.*')", YES, ""),
    ("search takes a part", "search($.inputs.who, 'Neil')", YES, ""),
    ("alternatives stay together", "match($.inputs.code, '00|7')", NO, ""),
    ("a backslash is written twice", r"match($.inputs.code, '\\d+')", YES, ""),
    (
        "a single backslash is refused",
        r"match($.inputs.code, '\d+')",
        REFUSED,
        r"WF032 `\d` is not an escape of a text",
    ),
    (
        "a backspace is refused",
        r"match($.inputs.code, '\bx')",
        REFUSED,
        r"WF032 `\b` in a text is a backspace, not the edge of a word",
    ),
    (
        "a pattern that does not compile is refused",
        "match($.inputs.who, '(x')",
        REFUSED,
        "WF032 the regular expression `(x` does not compile: unclosed group",
    ),
    (
        "a pattern mended by its surroundings is refused",
        "search($.inputs.who, 'a)(b')",
        REFUSED,
        "WF032 the regular expression `a)(b` does not compile: unopened group",
    ),
    (
        "a pattern from data is refused",
        "match($.inputs.who, $.inputs.code)",
        REFUSED,
        "WF032 the regular expression must be written out as a text",
    ),
    // Counts.
    ("the count of nothing is 0", "count($.inputs.none[*]) == 0", YES, ""),
    ("the count of nothing is not unequal to 0", "count($.inputs.none[*]) != 0", NO, ""),
    ("a count on the right side", "0 == count($.steps.p.department)", YES, ""),
    ("a count is compared with a count", "count($.inputs.none[*]) < count($.steps.p.groups[*])", YES, ""),
    ("a count of what a filter leaves", "count($.steps.p.groups[?@.id == 'g1']) == 1", YES, ""),
    ("the length of a list", "length($.inputs.list) == 4", YES, ""),
    ("the length of a text is in characters", "length($.steps.p.displayName) == 3", YES, ""),
    ("the value of one match", "value($.steps.p.groups[?@.id == 'g1'].id) == 'g1'", YES, ""),
    (
        "a count inside a filter is refused",
        "$.steps.p.groups[?count(@.x) == 0]",
        REFUSED,
        "WF032 `count` inside a filter is not dependable",
    ),
    // Shapes that the parser takes and that mean nothing, or nobody could say what.
    (
        "a filter inside a filter is refused",
        "$.steps.p.groups[?@[?@.x]]",
        REFUSED,
        "WF032 a filter inside a filter is not dependable",
    ),
    (
        "an element's filter inside a filter is refused",
        "$.steps.p.groups[?@.x[?@ > 1]]",
        REFUSED,
        "WF032 a filter inside a filter is not dependable",
    ),
    ("two names after two dots are refused", "$..['id','x']", REFUSED, "WF032 `..` takes one selector"),
    ("two elements after two dots are refused", "$..[0,1]", REFUSED, "WF032 `..` takes one selector"),
    ("two dots twice are refused", "$..x..y", REFUSED, "WF032 a path has one `..` or one list of selectors"),
    (
        "the length of several is refused",
        "length($.inputs.*) > 1",
        REFUSED,
        "WF032 `length(…)` takes a path to one value",
    ),
    (
        "a bare count is refused",
        "count($.inputs.list[*])",
        REFUSED,
        "WF032 `count(…)` must be compared with something",
    ),
    (
        "a bare length is refused",
        "length($.inputs.list)",
        REFUSED,
        "WF032 `length(…)` must be compared with something",
    ),
    (
        "a bare value is refused",
        "value($.inputs.list[*])",
        REFUSED,
        "WF032 `value(…)` must be compared with something",
    ),
    (
        "a compared match is refused",
        "match($.inputs.who, 'x.*') == true",
        REFUSED,
        "WF032 `match` and `search` are true or false and are not compared",
    ),
    (
        "an element outside of a filter is refused",
        "@.x == 1",
        REFUSED,
        "WF032 `@` means the element of a filter, and this is not inside one",
    ),
    ("two conditions are refused", "$.inputs.n] [?$.inputs.n", REFUSED, "WF032 this is not one condition"),
    ("an empty condition is refused", "''", REFUSED, "WF032 the expression ends too early"),
    (
        "a condition that reads nothing is refused",
        "1 == 1",
        REFUSED,
        "WF032 a condition reads a path, and this is always the same",
    ),
    // The crate's own operators, in both spellings, and words and signs of other languages.
    ("in as an operator", "$.inputs.n in $.inputs.list", REFUSED, "WF032 `in` is not an operator"),
    ("in as a function", "in($.inputs.n, $.inputs.list)", REFUSED, "WF032 `in` is not a function"),
    ("nin", "nin($.inputs.n, $.inputs.list)", REFUSED, "WF032 `nin` is not a function"),
    ("any_of", "any_of($.inputs.none, $.inputs.list)", REFUSED, "WF032 `any_of` is not a function"),
    ("none_of", "none_of($.inputs.none, $.inputs.list)", REFUSED, "WF032 `none_of` is not a function"),
    ("subset_of", "$.inputs.none subset_of $.inputs.list", REFUSED, "WF032 `subset_of` is not an operator"),
    ("size", "size($.inputs.list) == 4", REFUSED, "WF032 `size` is not a function"),
    ("and", "$.inputs.n == 5 and $.inputs.flag == true", REFUSED, "WF032 `and` is not an operator"),
    ("or", "$.inputs.n == 5 or $.inputs.flag == true", REFUSED, "WF032 `or` is not an operator"),
    ("not", "not ($.inputs.n == 5)", REFUSED, "WF032 `not` is not an operator"),
    ("a single equal sign", "$.inputs.n = 5", REFUSED, "WF032 `=` is not an operator"),
    ("arithmetic", "$.inputs.n + 1 == 6", REFUSED, "WF032 `+` is not an operator"),
    ("a word without quotes", "$.inputs.who == high", REFUSED, "WF032 `high` is neither a path nor a text"),
    ("a path without its sign", "inputs.n == 5", REFUSED, "WF032 a path begins with `$.`"),
    (
        "an exclamation mark before a comparison",
        "!$.inputs.n == 5",
        REFUSED,
        "WF032 `!` goes before a path, a function or parentheses, not before a comparison",
    ),
    ("a comparison with three sides", "1 < $.inputs.n < 9", REFUSED, "WF032 a comparison has two sides"),
    ("braces", "{{inputs.n}} == 5", REFUSED, "WF032 a condition takes paths without braces"),
    // Times.
    ("a time as times are written", "$.inputs.at >= '2026-11-23T08:00:00Z'", YES, ""),
    (
        "a time in another zone",
        "$.inputs.at == '2026-11-23T09:00:00+01:00'",
        NO,
        "WF036 the time `2026-11-23T09:00:00+01:00` never compares right: it is written in another way",
    ),
    (
        "a time with fractions",
        "$.inputs.at == '2026-11-23T08:00:00.000Z'",
        NO,
        "WF036 the time `2026-11-23T08:00:00.000Z` never compares right: it is written in another way",
    ),
    (
        "a time without a zone",
        "$.inputs.at < '2026-11-23 09:00:00'",
        NO,
        "WF036 the time `2026-11-23 09:00:00` never compares right: it has no zone",
    ),
    (
        "a date alone",
        "$.inputs.at <= '2026-11-23'",
        NO,
        "WF036 the time `2026-11-23` never compares right: it is a date without a time",
    ),
    ("a date where no time is known", "$.inputs.who == '2026-11-23'", NO, ""),
];

fn workflow(condition: &str) -> String {
    let quoted = condition.replace('\'', "''").replace('\n', "\n\n");
    format!(
        "workflow: w
version: 1
title: T
inputs:
  who: {{ type: string }}
  n: {{ type: integer }}
  big: {{ type: integer }}
  near: {{ type: integer }}
  half: {{ type: number }}
  tiny: {{ type: number }}
  flag: {{ type: boolean }}
  code: {{ type: string }}
  at: {{ type: time }}
  empty: {{ type: string }}
  list: {{ type: list }}
  same: {{ type: list }}
  none: {{ type: list }}
  map: {{ type: map }}
steps:
  - id: p
    action: azure_ad.user.get
    with: {{ user: $.inputs.who, select: [displayName, accountEnabled, department, devices, manager, groups] }}
  - id: a
    if: '{quoted}'
    set: {{ x: 1 }}
"
    )
}

#[test]
fn every_trap_gives_what_the_standard_says_and_is_spoken_of() {
    let mut wrong = Vec::new();
    for (name, condition, holds, said) in ROWS {
        let found = run(&workflow(condition)).1;
        let words: Vec<_> =
            found.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect();
        if words.join("; ") != *said {
            wrong.push(format!("{name}: `{condition}`\n  said {words:?}\n  want {said:?}"));
        }
        let evaluated = Condition::parse(condition).ok().map(|parsed| parsed.holds(&roots()).unwrap());
        let expected = if said.starts_with("WF032") { REFUSED } else { *holds };
        if !condition.contains("{{") && evaluated != expected {
            wrong.push(format!("{name}: `{condition}` gives {evaluated:?}, not {holds:?}"));
        }
        wrong.extend(
            found
                .iter()
                .filter(|finding| finding.help.is_none() && finding.note.is_none())
                .map(|finding| format!("{name}: no way out of `{}`", finding.message)),
        );
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), ROWS.len(), wrong.join("\n"));
}

#[test]
fn a_condition_that_begins_with_an_exclamation_mark_is_quoted() {
    let text = workflow("$.inputs.n == 5").replace("'$.inputs.n == 5'", "!match($.inputs.who, 'x.*')");
    let found = run(&text).1;
    let words: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(words, ["WF006"], "{found:?}");
    assert!(found[0].help.is_some() && !found[0].fixes.is_empty(), "{found:?}");
}
