//! Texts that were made to take long or much, each with the finding that refuses it. Used by the tests,
//! which look at the finding, and by the benches, which look at the time.

use std::collections::BTreeMap;

use drawbridge_core::Definition;

/// One text.
pub(crate) struct Hostile {
    /// What it does.
    pub(crate) name: &'static str,
    /// The text.
    pub(crate) text: String,
    /// The table `t.csv` beside it.
    pub(crate) table: String,
    /// The code of a finding it must get.
    pub(crate) code: &'static str,
}

impl Hostile {
    /// It as a definition.
    pub(crate) fn definition(&self) -> Definition {
        let files = BTreeMap::from([("t.csv".to_owned(), self.table.clone())]);
        Definition { path: "w/workflow.yaml".to_owned(), text: self.text.clone(), files }
    }
}

const MEBIBYTE: usize = 1 << 20;

/// The top of a workflow that is good as far as it goes.
const HEAD: &str = "workflow: w\nversion: 1\ntitle: W\ninputs: { a: { type: string } }\n";

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut all = shapes();
    all.extend(scalars());
    all.extend(many());
    all.extend(ties());
    all.extend(expressions());
    all.extend(tables());
    all
}

fn one(name: &'static str, code: &'static str, text: impl Into<String>) -> Hostile {
    Hostile { name, code, text: text.into(), table: String::new() }
}

/// A piece, as often as fits in the largest file that is read.
fn full_of(piece: &str) -> String {
    piece.repeat(MEBIBYTE / piece.len())
}

/// A condition of a step.
fn condition(text: &str) -> String {
    format!("{HEAD}steps:\n  - {{ id: a, wait: {{ for: 1s }}, if: \"{}\" }}\n", text.replace('"', "\\\""))
}

/// A text of a step.
fn message(text: &str) -> String {
    format!("{HEAD}steps:\n  - {{ id: a, stop: failed, message: '{}' }}\n", text.replace('\'', "''"))
}

/// Depth and breadth of YAML.
fn shapes() -> Vec<Hostile> {
    let deep_block_list = "- ".repeat(20_000);
    let deep_block_map: String = (0..1_400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let bomb: String = ["a: &a [1,1,1,1,1,1,1,1,1,1]\n".to_owned()]
        .into_iter()
        .chain(('b'..='i').zip('a'..).map(|(to, from)| {
            let aliases = vec![format!("*{from}"); 10].join(",");
            format!("{to}: &{to} [{aliases}]\n")
        }))
        .collect();
    let wide = format!("a: &a [{}]\nb: [{}]\n", "1,".repeat(9_000), "*a,".repeat(190));
    vec![
        one("alias bomb", "WF002", bomb),
        one("wide anchor, many aliases", "WF002", wide),
        one("anchors in anchors", "WF002", format!("a: {}1{}", "&a [".repeat(20_000), "]".repeat(20_000))),
        one("20,000 flow lists deep", "WF002", format!("{}{}", "[".repeat(20_000), "]".repeat(20_000))),
        one("20,000 flow maps deep", "WF002", format!("{}{}", "{a: ".repeat(20_000), "}".repeat(20_000))),
        one("20,000 block lists deep", "WF002", format!("{deep_block_list}1")),
        one("1,400 block maps deep", "WF002", deep_block_map),
        one("20,000 keys in keys deep", "WF002", format!("{}a", "? ".repeat(20_000))),
        one("a mebibyte of [", "WF002", full_of("[")),
        one("a mebibyte of {", "WF002", full_of("{")),
        one("a mebibyte of - ", "WF002", full_of("- ")),
        one("a mebibyte of ? ", "WF002", full_of("? ")),
        one("a mebibyte of ?", "WF013", full_of("?")),
        one("a mebibyte of : ", "WF002", full_of(": ")),
        one("a mebibyte of :", "WF001", full_of(":")),
        one("a mebibyte of [?", "WF002", full_of("[? ")),
        one("a mebibyte of &a ", "WF001", full_of("&a ")),
        one("a mebibyte of &", "WF013", full_of("&")),
        one("a mebibyte of *a ", "WF001", full_of("*a ")),
        one("a mebibyte of !", "WF001", full_of("!")),
        one("a mebibyte of ! ", "WF001", full_of("! ")),
        one("a mebibyte of double quotes", "WF001", full_of("\"")),
        one("a mebibyte of single quotes", "WF013", full_of("''")),
        one("a mebibyte of a: ", "WF001", full_of("a: ")),
        one("a mebibyte of ---", "WF001", full_of("---\n")),
        one("a mebibyte of %", "WF001", full_of("%a\n")),
        one("a mebibyte of |", "WF013", full_of("|\n")),
        one("a mebibyte of commas", "WF001", format!("[{}", full_of(",").split_at(9).0)),
        one("a mebibyte of tabs", "WF001", full_of("\t")),
        one("a mebibyte of NUL", "WF001", full_of("\0")),
        one("a mebibyte of line ends", "WF001", full_of("\n")),
        one("a mebibyte of CRLF", "WF001", full_of("\r\n")),
        one("a mebibyte of marks", "WF001", full_of("\u{feff}")),
        one("ten mebibytes", "WF002", "a: 1\n".repeat(2 * MEBIBYTE)),
    ]
}

/// Scalars and comments of every size.
fn scalars() -> Vec<Hostile> {
    let long = "x".repeat(MEBIBYTE - 100);
    let blanks = " ".repeat(MEBIBYTE - 100);
    let block = "  line of text\n".repeat(MEBIBYTE / 16);
    vec![
        one("plain scalar of a mebibyte", "WF013", long.clone()),
        one("quoted scalar of a mebibyte", "WF013", format!("\"{long}\"")),
        one("open quote of a mebibyte", "WF001", format!("a: \"{long}")),
        one("key of a mebibyte", "WF001", format!("{long}: 1")),
        one("quoted key of a mebibyte", "WF001", format!("\"{long}\": 1")),
        one("escapes of a mebibyte", "WF013", format!("\"{}\"", "\\x41".repeat(MEBIBYTE / 4 - 10))),
        one("plain scalar of many lines", "WF013", "word\n".repeat(MEBIBYTE / 5)),
        one("comment of a mebibyte", "WF001", format!("#{long}")),
        one("comments of a mebibyte", "WF001", full_of("# a\n")),
        one("blanks of a mebibyte", "WF001", format!("a:{blanks}\n\tb: 1")),
        one("literal block of a mebibyte", "WF010", format!("{HEAD}x: |\n{block}steps: []\n")),
        one("folded block of a mebibyte", "WF010", format!("{HEAD}x: >-\n{block}steps: []\n")),
        one("block of growing indents", "WF010", {
            let lines: String = (0..1_400).map(|indent| format!("  {}x\n", " ".repeat(indent))).collect();
            format!("{HEAD}x: >\n{lines}")
        }),
        one("digits of a mebibyte", "WF013", "1".repeat(MEBIBYTE - 100)),
        one("tag of a mebibyte", "WF006", format!("a: !{long} b")),
        one("anchor of a mebibyte", "WF011", format!("a: &{long} b")),
        one("control characters", "WF001", "a: \u{1}\u{2}\u{7f}\n"),
        one("NUL in a scalar", "WF001", "a: b\0c\n"),
        one("carriage returns alone", "WF001", "a: 1\rb: [\rc: 3\r"),
    ]
}

/// Many findings, many members.
fn many() -> Vec<Hostile> {
    let keys: String = (0..9_900).map(|key| format!("key_{key}: 1\n")).collect();
    let twice: String = (0..9_000).map(|_| "a: 1\n").collect();
    let steps = |line: &dyn Fn(usize) -> String| -> String {
        format!("{HEAD}steps:\n{}", (0..2_000).map(line).collect::<String>())
    };
    let half = |line: &dyn Fn(usize) -> String| -> String {
        format!("{HEAD}steps:\n{}", (0..1_000).map(line).collect::<String>())
    };
    vec![
        one("9,900 keys in one map", "WF010", keys.clone()),
        one("9,900 keys in an input", "WF012", {
            let inside: String = (0..9_900).map(|key| format!("      key_{key}: 1\n")).collect();
            format!("{HEAD}steps:\n  - id: a\n    action: azure_ad.user.get\n    with:\n{inside}")
        }),
        one("9,000 times one key", "WF003", twice),
        one("3,000 inputs", "WF013", {
            let inputs: String = (0..3_000).map(|at| format!("  i{at}: {{ type: x }}\n")).collect();
            format!("workflow: w\nversion: 1\ntitle: W\ninputs:\n{inputs}")
        }),
        one("2,000 steps without id", "WF011", steps(&|_| "  - { stop: failed }\n".to_owned())),
        one("2,000 steps of one id", "WF016", steps(&|_| "  - { id: a, stop: failed }\n".to_owned())),
        one("2,000 unknown actions", "WF017", {
            steps(&|at| format!("  - {{ id: a{at}, action: azure_ad.user.gte }}\n"))
        }),
        one("1,000 unknown steps", "WF020", {
            half(&|at| format!("  - {{ id: a{at}, set: {{ a: $.steps.b{at}.x }} }}\n"))
        }),
        one("2,000 steps read later", "WF021", {
            steps(&|at| format!("  - {{ id: a{at}, set: {{ a: $.steps.a{}.x }} }}\n", (at * 7 + 5) % 2_000))
        }),
        one("2,000 gates that come later", "GV004", {
            steps(&|at| {
                format!(
                    "  - {{ id: a{at}, action: azure_ad.group.add_member, requires_approval: a{} }}\n",
                    (at + 1) % 2_000
                )
            })
        }),
    ]
}

/// Steps that hang on each other in every way.
fn ties() -> Vec<Hostile> {
    vec![
        one("1,500 steps that wait for the next", "WF025", {
            let line = |at: usize| {
                format!("  - {{ id: a{at}, needs: [a{}], wait: {{ for: 1s }} }}\n", (at + 1) % 1_500)
            };
            format!("{HEAD}steps:\n{}", (0..1_500).map(line).collect::<String>())
        }),
        one("loops over loops over loops", "WF010", {
            let inner = |at: usize, name: &str| {
                format!(
                    "      - {{ id: {name}{at}, foreach: \"$.steps.l{}.items[*]\", as: x, max: 5, steps: [{{ id: {name}{at}_s, set: {{ v: $.x }} }}] }}\n",
                    at - 1
                )
            };
            let loops: String = (1..60)
                .map(|at| format!("  - id: l{at}\n    foreach: \"$.steps.l{}.items[*]\"\n    as: e\n    max: 5\n    steps:\n{}{}{}", at - 1, inner(at, "a"), inner(at, "b"), inner(at, "c")))
                .collect();
            format!(
                "x: 1\n{HEAD}steps:\n  - {{ id: l0, foreach: [a, b], as: e, max: 5, steps: [{{ id: s, set: {{ a: b }} }}] }}\n{loops}"
            )
        }),
        one("a hundred steps that wait for all", "WF025", {
            let all: Vec<String> = (0..100).map(|at| format!("a{at}")).collect();
            let line =
                |at: usize| format!("  - {{ id: a{at}, needs: [{}], wait: {{ for: 1s }} }}\n", all.join(","));
            format!("{HEAD}steps:\n{}", (0..100).map(line).collect::<String>())
        }),
        one("150 gates that may be missed", "GV004", {
            let gates: String = (0..150)
                .map(|at| {
                    format!("  - {{ id: g{at}, if: $.inputs.a == 'x', approval: {{ subject: a, via: servicenow, record: a, stages: [{{ name: a, approvers: [{{ servicenow.manager_of: a }}] }}] }} }}\n")
                })
                .collect();
            let grants: String = (0..150)
                .map(|at| {
                    format!("  - {{ id: a{at}, action: azure_ad.group.add_member, with: {{ user: a, group: b }}, requires_approval: g{at} }}\n")
                })
                .collect();
            let reads = "  - { id: r, wait: { for: 1s } }\n";
            format!("{HEAD}steps:\n{gates}{grants}{reads}")
        }),
    ]
}

/// Expressions that are deep, long, or slow to match.
fn expressions() -> Vec<Hostile> {
    let not = "!".repeat(1_000);
    vec![
        one("a thousand !", "WF032", condition(&format!("{not}$.inputs.a"))),
        one(
            "a thousand ! with parentheses",
            "WF032",
            condition(&format!("{}$.inputs.a{}", "!(".repeat(600), ")".repeat(600))),
        ),
        one(
            "nested parentheses",
            "WF032",
            condition(&format!("{}$.inputs.a == 1{}", "(".repeat(900), ")".repeat(900))),
        ),
        one("open parentheses", "WF032", condition(&"(".repeat(1_900))),
        one("filters in filters", "WF032", condition(&"$[?".repeat(650))),
        one("a long condition", "WF032", condition(&vec!["$.inputs.a == 'x'"; 5_000].join(" && "))),
        one("a full condition", "WF022", condition(&vec!["$.inputs.b != 'x'"; 95].join(" || "))),
        one(
            "functions in functions",
            "WF032",
            condition(&format!("{}$.inputs.a{} == 1", "length(".repeat(250), ")".repeat(250))),
        ),
        one("descendants", "WF032", condition(&format!("${} == 1", "..*".repeat(600)))),
        one("a large repetition", "WF032", condition("match($.inputs.a, '(((a{1,1000}){1,1000}){1,1000})')")),
        one(
            "a large class",
            "WF032",
            condition(&format!("match($.inputs.a, '(\\\\pL{{1,900}}){{1,900}}{}')", "(a|b)*".repeat(100))),
        ),
        one(
            "nested groups",
            "WF032",
            condition(&format!("match($.inputs.a, '{}a{}')", "(".repeat(900), ")".repeat(900))),
        ),
        one("500 open blocks of text", "WF031", message(&"{{#if inputs.a}}".repeat(500))),
        one(
            "500 blocks of text",
            "WF031",
            message(&format!("{}{}", "{{#if inputs.a}}".repeat(500), "{{/if}}".repeat(500))),
        ),
        one(
            "500 nested calls",
            "WF031",
            message(&format!("{{{{lower {}inputs.a{}}}}}", "(lower ".repeat(500), ")".repeat(500))),
        ),
        one("a mebibyte of {{", "WF031", message(&"{{".repeat(500_000))),
        one("many pieces of text", "WF031", message(&"{{inputs.a}} ".repeat(80_000))),
        one(
            "a mebibyte of backslashes",
            "WF031",
            message(&format!("{{{{inputs.a}}}}{}", "\\".repeat(1_000_000))),
        ),
        one(
            "a long path",
            "WF030",
            format!("{HEAD}steps:\n  - {{ id: a, set: {{ a: '$.inputs{}' }} }}\n", ".a".repeat(100_000)),
        ),
        one(
            "a broken path of many brackets",
            "WF030",
            format!("{HEAD}steps:\n  - {{ id: a, set: {{ a: '$.inputs{}' }} }}\n", "[".repeat(1_900)),
        ),
    ]
}

/// Tables beside the workflow.
fn tables() -> Vec<Hostile> {
    let text = format!(
        "{HEAD}tables: {{ t: {{ file: t.csv, inputs: [a], no_match: fail }} }}\nsteps:\n  - {{ id: a, decide: t, with: {{ a: $.inputs.a }} }}\n"
    );
    let table = |name, code, table: String| Hostile { name, code, text: text.clone(), table };
    vec![
        table("a table of a mebibyte in one cell", "WF040", format!("a,b\n\"{}", "x".repeat(MEBIBYTE - 10))),
        table("a table of ten mebibytes", "WF002", format!("a,b\n{}", "x,y\n".repeat(MEBIBYTE * 10 / 4))),
        table("a table of one row", "WF002", format!("a,b\n{}", ",".repeat(MEBIBYTE - 10))),
        table("a table of columns", "WF002", format!("{}\n", "a,".repeat(MEBIBYTE / 2 - 10))),
        table("a table of 260,000 rows", "WF002", format!("a,b\n{}", "x,y\n".repeat(MEBIBYTE / 4 - 10))),
        table("a table of wrong rows", "WF040", format!("a,b\n{}", "x\n".repeat(1_990))),
        table("a table of the same row", "WF041", format!("a,b\n{}", "x,y\n".repeat(1_990))),
        table(
            "a table of patterns",
            "WF040",
            format!("a,b\n{}", "matches (\\pL{1,900}){1,900},y\n".repeat(1_990)),
        ),
        table("a table of good patterns", "WF002", format!("a,b\n{}", "matches \\pL{5}x,y\n".repeat(1_990))),
        table("a table of quotes", "WF040", format!("a,b\n{}", "\"".repeat(MEBIBYTE - 11))),
    ]
}
