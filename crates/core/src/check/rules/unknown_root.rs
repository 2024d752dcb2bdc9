//! WF022: a path from a root that is not there, or to an input or setting that is not declared.

use crate::check::ctx::Ctx;
use crate::check::step::is_after_failure;
use crate::check::uses::{Part, Use};
use crate::check::world::{Meaning, ROOTS, Site};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::graph::Phase;
use crate::syntax::list;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let roots = roots(ctx, site, one);
        let Some(root) = one.reference.root() else {
            let message = "a path starts at a root";
            found.push(
                Diagnostic::error(Code::WF022, one.span, message)
                    .note(format!("the roots here are {}", list(&roots))),
            );
            continue;
        };
        if !roots.contains(&root) {
            found.push(unknown(root, &roots, one));
            continue;
        }
        let what = match root {
            "inputs" => "input",
            "settings" => "setting",
            "run" | "error" => "member",
            _ => continue,
        };
        if let Meaning::Missing { name, known } = ctx.world.meaning(&one.reference, site)
            && one.reference.name(1) == Some(name.as_str())
        {
            let message = format!("there is no {what} `{name}`");
            let error = Diagnostic::error(Code::WF022, one.span, message);
            found.push(match nearest(&name, known.iter().copied()) {
                Some(near) => error.did_you_mean(&name, near),
                None if known.is_empty() => error.help(format!("declare it under `{root}`")),
                None => error.note(format!("there are {}", list(&known))),
            });
        } else if root == "run" && one.reference.name(1) == Some("outcome") && !is_finally(ctx, site) {
            let message = "how the run ended is known in `finally` only";
            found.push(Diagnostic::error(Code::WF022, one.span, message));
        }
    }
}

fn is_finally(ctx: &Ctx<'_, '_>, site: Site) -> bool {
    matches!(site, Site::Step(at) if ctx.steps[at].phase == Phase::Finally)
}

fn roots<'a>(ctx: &Ctx<'a, '_>, site: Site, one: &Use) -> Vec<&'a str> {
    match site {
        Site::Trigger(_) if one.part == Part::Input => vec!["settings"],
        Site::Trigger(_) if one.part == Part::Run => vec!["inputs", "settings"],
        Site::Trigger(_) => vec!["trigger", "settings"],
        Site::Outputs => vec!["inputs", "settings", "steps", "status", "run"],
        Site::Step(at) => {
            let mut roots = vec!["inputs", "settings", "steps", "status", "run"];
            roots.extend(ctx.world.element_roots(at));
            if is_after_failure(ctx.steps, at) {
                roots.push("error");
            }
            if one.part == Part::Answer {
                roots.push("out");
            }
            if one.part == Part::Event {
                roots.push("trigger");
            }
            roots
        }
    }
}

fn unknown(root: &str, roots: &[&str], one: &Use) -> Diagnostic {
    let error = |message: String| Diagnostic::error(Code::WF022, one.span, message);
    let here = format!("the roots here are {}", list(roots));
    match root {
        "trigger" if !roots.contains(&"inputs") => {
            error("the event is not there yet when the trigger looks".to_owned()).note(here)
        }
        "trigger" => error("`$.trigger` is read in the trigger only".to_owned())
            .help("map what the steps need under `inputs` of the trigger"),
        "error" => error("`$.error` is there in `on_failure` and `rescue` only".to_owned()),
        "out" => error("`$.out` is there in `expect` and `until` only".to_owned()),
        root if ROOTS.contains(&root) => error(format!("`$.{root}` is not there in a trigger")).note(here),
        root => {
            let error = error(format!("there is no root `{root}`"));
            match nearest(root, roots.iter().copied()) {
                Some(near) => error.did_you_mean(root, near),
                None => error.note(here),
            }
        }
    }
}
