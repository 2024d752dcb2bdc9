//! A text with `{{ }}`: Handlebars, strict, not HTML-escaped, evaluated once.

use handlebars::{Context, Output, RenderContext, RenderErrorReason, Renderable, Template as Compiled};
use serde_json::Value;

use super::helpers::REGISTRY;
use super::parse_error::ParseError;
use super::references::Reference;
use super::text_foreign::{foreign_in_text, place_inside};
use super::text_walk::{self, Walked};
use crate::model::EvalError;

/// Longest text an author may write.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// Longest text that is written; a note in a ticket is shorter.
const WRITTEN_BYTES_MAX: usize = 64 * 1024;

/// A compiled text such as `Onboarding of {{steps.person.displayName}}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    source: String,
    compiled: Compiled,
    references: Vec<Reference>,
}

impl Text {
    /// Compiles a text.
    ///
    /// # Errors
    /// [`ParseError`] where it is not understood or uses more than paths, our helpers, `#each` and `#if`.
    pub fn parse(source: &str) -> Result<Self, ParseError> {
        if source.len() > TEXT_BYTES_MAX {
            return Err(ParseError::new(format!("a text has at most {TEXT_BYTES_MAX} bytes"))
                .help("name parts of it with a `set` step"));
        }
        text_walk::refuse_depth(source)?;
        if let Some(error) = foreign_in_text(source) {
            return Err(error);
        }
        let compiled = Compiled::compile(source).map_err(|error| {
            let place = error.pos().map(|(line, column)| text_walk::offset(source, line, column));
            let near = place.map(|at| source[at..].chars().take(16).collect::<String>());
            let message = match near.as_deref().map(str::trim) {
                Some(near) if !near.is_empty() => format!("the text is not understood at `{near}`"),
                _ => "the text ends inside `{{ }}` or a block".to_owned(),
            };
            ParseError::new(message)
                .help("a text takes `{{path}}`, `{{helper path}}`, `{{#each}}` and `{{#if}}`; `\\{{` writes braces")
                .at(place)
        })?;
        let Walked { template, references } = text_walk::walk(compiled).map_err(|error| {
            let place = place_inside(source, &error.wrong).filter(|_| error.offset.is_none());
            ParseError { offset: error.offset.or(place), ..error }
        })?;
        Ok(Self { source: source.to_owned(), compiled: template, references })
    }

    /// As the author wrote it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it reads, in the order of the text.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Writes the text.
    ///
    /// # Errors
    /// [`EvalError`] for a value that is absent, null, a list or a map and does not go through a helper
    /// that takes it; and for a text that would be too long.
    pub fn render(&self, roots: &Value) -> Result<String, EvalError> {
        let context = Context::wraps(roots).map_err(|error| EvalError::new(error.to_string()))?;
        let mut written = Capped::default();
        let mut state = RenderContext::new(None);
        let rendered = self.compiled.render(&REGISTRY, &context, &mut state, &mut written);
        if written.full {
            return Err(EvalError::new(format!("a text would be longer than {WRITTEN_BYTES_MAX} bytes")));
        }
        match rendered {
            Ok(()) => Ok(written.text),
            Err(error) => Err(EvalError::new(match error.reason() {
                // Our helpers speak for themselves; everything else is the engine's.
                RenderErrorReason::Other(message) => message.clone(),
                RenderErrorReason::InvalidJsonIndex(name) => format!("a list has no field `{name}`"),
                other => format!("the text cannot be written: {other}"),
            })),
        }
    }
}

/// Takes as much as a text may have and stops the writer then.
#[derive(Default)]
struct Capped {
    text: String,
    full: bool,
}

impl Output for Capped {
    fn write(&mut self, part: &str) -> Result<(), std::io::Error> {
        if self.text.len() + part.len() > WRITTEN_BYTES_MAX {
            self.full = true;
            return Err(std::io::Error::other("the text is full"));
        }
        self.text.push_str(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn render(source: &str) -> Result<String, String> {
        let roots = json!({
            "inputs": {
                "name": "Ann & Søn", "n": 12_345_678_901_234_567_890_u64, "off": false, "none": null, "empty": "",
                "names": ["ann", "bo"], "no_names": [], "map": {"a": 1}, "at": "2026-11-23T23:30:00Z", "code": "{{inputs.name}}",
                "people": [{"name": "Ann", "tags": ["x", "y"]}, {"name": "Bo", "tags": []}],
            },
        });
        Text::parse(source)
            .unwrap_or_else(|error| panic!("{source}: {error}"))
            .render(&roots)
            .map_err(|e| e.to_string())
    }

    fn writes(source: &str, expected: &str) {
        assert_eq!(render(source), Ok(expected.to_owned()), "{source}");
    }

    fn fails(source: &str, message: &str) {
        assert_eq!(render(source), Err(message.to_owned()), "{source}");
    }

    #[test]
    fn values_are_written_as_they_are() {
        writes(
            "Hi {{inputs.name}}, {{inputs.n}}, {{inputs.off}}.",
            "Hi Ann & Søn, 12345678901234567890, false.",
        );
        writes("[{{inputs.empty}}]", "[]");
        writes("{{inputs.names.[1]}} {{inputs.names.0}}", "bo ann");
        writes("{{inputs.code}}", "{{inputs.name}}");
        writes(r"\{{inputs.name}} is {{inputs.name}}", "{{inputs.name}} is Ann & Søn");
        writes("{{! a comment }}x", "x");
    }

    #[test]
    fn missing_and_null_are_errors_unless_they_go_through_default() {
        fails("{{inputs.gone}}", "`{{inputs.gone}}` is absent");
        fails("{{inputs.none}}", "`{{inputs.none}}` is null");
        fails("{{lower inputs.gone}}", "`{{inputs.gone}}` is absent");
        fails("{{lower inputs.none}}", "`{{inputs.none}}` is null");
        fails("{{#each inputs.gone}}x{{/each}}", "`{{inputs.gone}}` is absent");
        fails("{{join inputs.none}}", "`{{inputs.none}}` is null");
        writes(r#"{{default inputs.gone "nobody"}} {{default inputs.none 0}}"#, "nobody 0");
        writes(r#"[{{default inputs.empty "x"}}]"#, "[]");
        writes(r#"{{upper (default inputs.gone "nobody")}}"#, "NOBODY");
        writes("{{#if inputs.gone}}a{{else}}b{{/if}}", "b");
    }

    #[test]
    fn lists_and_maps_are_not_written_by_accident() {
        fails("{{inputs.names}}", "`{{inputs.names}}` is a list; write `{{join inputs.names \", \"}}`");
        fails("{{inputs.map}}", "`{{inputs.map}}` is a map; write `{{json inputs.map}}`");
        fails("{{#each inputs.name}}x{{/each}}", "`{{#each inputs.name}}` needs a list or a map");
    }

    #[test]
    fn helpers_do_what_their_names_say() {
        writes("{{lower inputs.name}} {{upper inputs.name}}", "ann & søn ANN & SØN");
        writes(r#"{{title "ann o'neil-SMITH"}}|{{trim "  a "}}"#, "Ann O'neil-Smith|a");
        writes("{{truncate inputs.name 5}}|{{truncate inputs.name 9}}", "Ann …|Ann & Søn");
        writes(r#"{{join inputs.names " and "}}, {{join inputs.names}}"#, "ann and bo, ann, bo");
        writes(
            r#"{{date inputs.at "%d.%m.%Y" "Europe/Oslo"}} {{date inputs.at "%H:%M"}}"#,
            "24.11.2026 23:30",
        );
        writes("{{json inputs.map}} {{json inputs.none}}", "{\"a\":1} null");
    }

    #[test]
    fn each_walks_lists_and_maps() {
        writes("{{#each inputs.names}}{{@index}}{{this}} {{/each}}", "0ann 1bo ");
        writes(
            "{{#each inputs.people}}{{name}}:{{#each tags}}{{this}}{{../name}}{{/each}} {{/each}}",
            "Ann:xAnnyAnn Bo: ",
        );
        writes(
            "{{#each inputs.people as |one|}}{{one.name}}{{#unless_last}}{{/unless_last}}{{/each}}"
                .replace("{{#unless_last}}{{/unless_last}}", "")
                .as_str(),
            "AnnBo",
        );
        writes("{{#each inputs.map}}{{@key}}={{this}}{{/each}}", "a=1");
        writes("{{#each inputs.people}}{{#if @first}}{{else}}, {{/if}}{{name}}{{/each}}", "Ann, Bo");
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = |source: &str, message: &str| {
            assert_eq!(
                Text::parse(source).map_err(|error| error.message),
                Err(message.to_owned()),
                "{source}"
            );
        };
        refused("{{> part}}", "a text takes no partials");
        refused("{{#> part}}{{/part}}", "a text takes no partials");
        refused(r#"{{#*inline "p"}}{{> p}}{{/inline}}{{> p}}"#, "a text takes no decorators");
        refused("{{* deco}}", "a text takes no decorators");
        refused("{{#with inputs}}{{name}}{{/with}}", "`with` is not a block");
        refused("{{#unless inputs.a}}{{/unless}}", "`unless` is not a block");
        refused("{{lookup inputs 'a'}}", "`lookup` is not a helper");
        refused("{{lowr inputs.name}}", "`lowr` is not a helper");
        refused("{{{inputs.name}}}", "a text takes two braces, not three");
        refused("{{lower}}", "`lower` is a helper and needs a value");
        refused("{{lower inputs.a inputs.b}}", "`lower` takes 1 value");
        refused("{{join inputs.a sep=\", \"}}", "`join` takes no named values");
        refused("{{date inputs.a \"%Y\" \"Mars/Base\"}}", "`Mars/Base` is not a time zone");
        refused("{{inputs.a", "the text ends inside `{{ }}` or a block");
        refused("{{#if inputs.a}}x", "the text ends inside `{{ }}` or a block");
        refused("{{inputs.a == 1}}", "a text has no operator `==`");
        refused(&"x".repeat(9000), "a text has at most 8192 bytes");
        refused(&format!("{{{{lower {}}}}}", "(".repeat(60)), "a text is nested at most 16 deep");
        refused(&"{{#if inputs.a}}".repeat(40), "a text is nested at most 16 deep");
    }

    #[test]
    fn what_is_refused_has_a_way_out_and_a_place() {
        let refused = |source: &str, piece: &str, message: &str, right: Option<&str>| {
            let error = Text::parse(source).err().unwrap_or_else(|| panic!("{source} is taken"));
            let place = error.offset.map(|at| &source[at..at + error.wrong.len()]);
            assert!(error.help.is_some(), "{source} has a way out");
            let found = (place, error.message.as_str(), error.right.as_deref());
            assert_eq!(found, (Some(piece), message, right), "{source}");
        };
        refused("with {{$.steps.x}}", "$.steps.x", "a path in a text stands without `$.`", Some("steps.x"));
        refused("{{inputs.names[0]}}", "[0]", "an element or field in a text stands after a dot", Some(".0"));
        refused("{{@index}}", "@index", "`@index` is there inside `#each` only", None);
        refused("{{@size}}", "@size", "there is no `@size`", None);
        refused(
            "{{#each inputs.a}}{{@../index}}{{/each}}",
            "@../index",
            "`@../index` is there inside `#each` only",
            None,
        );
        refused("{{../inputs.a}}", "../", "`../` leads out of every `#each`", None);
        refused(
            "{{#each inputs.a}}{{inputs.n}}{{/each}}",
            "inputs.n",
            "inside `#each` a path begins at the element",
            Some("@root.inputs.n"),
        );
        refused("{{5}}", "5", "`5` is not a path", None);
        refused("{{true}}", "true", "`true` is not a path", None);
        refused("{{lowr inputs.a}}", "lowr", "`lowr` is not a helper", Some("lower"));
        refused("{{formatDate inputs.a}}", "formatDate", "`formatDate` is not a helper", None);
        refused("with {{#with inputs}}{{/with}}", "with", "`with` is not a block", None);
        refused("{{#unless inputs.a}}{{/unless}}", "unless", "`unless` is not a block", None);
        refused("{{{{raw}}}}{{x}}{{{{/raw}}}}", "raw", "`raw` is not a block", None);
        refused("{{lookup inputs 'a'}}", "lookup", "`lookup` is not a helper", None);
        refused("{{#each (json inputs.a)}}{{/each}}", "each", "`#each` takes a path", None);
        refused("{{#if inputs.a as |x|}}{{/if}}", "as |", "`#if` gives no name to its value", None);
        refused("{{#if inputs.a inputs.b}}{{/if}}", "if", "`#if` takes 1 value", None);
        refused("{{lower (inputs.a)}}", "(inputs.a)", "`(inputs.a)` calls nothing", Some("inputs.a"));
        refused(
            "{{truncate inputs.a \"5\"}}",
            "truncate",
            "`truncate` takes a whole number of characters",
            None,
        );
        refused(
            "{{truncate inputs.a -1}}",
            "truncate",
            "`truncate` takes a whole number of characters",
            None,
        );
        refused("{{join \"a\"}}", "join", "`join` takes a list", None);
        refused("{{date 5 \"%Y\"}}", "date", "`date` takes a time first, with its zone", None);
        refused("{{date inputs.at 5}}", "date", "`date` takes a format and a zone, both in quotes", None);
        refused("{{date inputs.at}}", "date", "`date` takes 2 to 3 values", None);
        refused("{{default inputs.a}}", "default", "`default` takes 2 values", None);
        refused("{{inputs.a | upper}}", "|", "a text has no operator `|`", None);
        refused("{{#if (eq inputs.n 5)}}x{{/if}}", "eq", "`eq` is not a helper", None);
    }

    #[test]
    fn names_keep_their_meaning_in_every_block() {
        writes("{{#each inputs.people}}{{#each tags}}{{@../index}}{{@index}} {{/each}}{{/each}}", "00 01 ");
        writes(
            "{{#each inputs.names}}{{@root.inputs.off}} {{../inputs.off}} {{/each}}",
            "false false false false ",
        );
        writes("{{#each inputs.names as |inputs|}}{{inputs}}{{/each}}", "annbo");
        writes("{{#each inputs.map as |v k|}}{{k}}{{v}}{{/each}}", "a1");
        writes(
            "{{#each inputs.none}}x{{else}}none{{/each}}".replace("inputs.none", "inputs.no_names").as_str(),
            "none",
        );
        writes("{{#if inputs.off}}a{{else if inputs.n}}b{{else}}c{{/if}}", "b");
        writes(" {{~inputs.off~}} ", "false");
        writes("{{!-- {{x}} --}}y", "y");
        writes(&"{{~inputs.off~}}".repeat(20), &"false".repeat(20));
        fails("{{inputs.names.length}}", "a list has no field `length`");
        fails(
            "{{default inputs.gone inputs.names}}",
            "`{{inputs.names}}` is a list; write `{{join inputs.names \", \"}}`",
        );
    }

    #[test]
    fn text_that_grows_without_end_is_stopped() {
        let people: Vec<_> = (0..1000).map(|n| json!({"n": n})).collect();
        let roots = json!({"inputs": {"people": people}});
        let text = Text::parse("{{#each inputs.people}}{{#each @root/inputs.people}}{{n}}{{/each}}{{/each}}")
            .unwrap();
        let error = text.render(&roots).unwrap_err();
        assert_eq!(error.to_string(), "a text would be longer than 65536 bytes");
    }

    #[test]
    fn references_name_what_is_read_also_inside_each() {
        let text = Text::parse(
            r#"{{steps.a.x}} {{default inputs.b "-"}} {{#each steps.list.items as |one|}}{{one.id}} {{@index}} {{this.inputs}}{{/each}}{{#if run.id}}{{/if}}"#,
        )
        .unwrap();
        let read: Vec<_> =
            text.references().iter().map(|found| (found.text.as_str(), found.guarded)).collect();
        let expected = [
            ("$.steps.a.x", false),
            ("$.inputs.b", true),
            ("$.steps.list.items", false),
            ("$.steps.list.items[*].id", false),
            ("$.steps.list.items[*].inputs", false),
            ("$.run.id", true),
        ];
        assert_eq!(read, expected);
    }
}
