//! WF017: an action, trigger, people source or channel that the catalogue does not have.

use drawbridge_sdk::{Entry, Kind};

use crate::check::compile_gate::CONSOLE;
use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::{KindDoc, WaitDoc};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for trigger in ctx.triggers {
        if let Some(node) = trigger.doc.trigger {
            report(ctx, node.as_str().unwrap_or_default(), node.span, "trigger", found);
        }
    }
    for step in ctx.steps {
        match &step.doc.kind {
            Some(KindDoc::Action(action)) => {
                report(ctx, action.action.as_str().unwrap_or_default(), action.action.span, "action", found);
            }
            Some(KindDoc::Approval(gate)) => {
                if let Some(via) = gate.via.filter(|via| via.as_str() != Some(CONSOLE)) {
                    report(ctx, via.as_str().unwrap_or_default(), via.span, "channel", found);
                }
                for approvers in gate.people() {
                    report(ctx, &approvers.source.text, approvers.source.span, "people source", found);
                }
            }
            Some(KindDoc::Wait(WaitDoc::Event(event, _))) => {
                let name = event.trigger.as_str().unwrap_or_default();
                report(ctx, name, event.trigger.span, "trigger", found);
            }
            Some(KindDoc::Agent(agent)) => {
                for tool in &agent.tools {
                    report(ctx, tool.as_str().unwrap_or_default(), tool.span, "action", found);
                }
            }
            _ => {}
        }
    }
}

fn report(ctx: &Ctx<'_, '_>, name: &str, span: Span, what: &str, found: &mut Vec<Diagnostic>) {
    if ctx.catalog.get(name).is_some_and(|entry| word(entry) == what) {
        return;
    }
    let error = Diagnostic::error(Code::WF017, span, format!("there is no {what} `{name}`"));
    if let Some(entry) = ctx.catalog.get(name) {
        let article = if word(entry) == "action" { "an" } else { "a" };
        found.push(error.note(format!("`{name}` is {article} {}", word(entry))));
        return;
    }
    let console = (what == "channel").then_some(CONSOLE);
    let names = ctx.catalog.iter().filter(|entry| word(entry) == what).map(|entry| entry.name).chain(console);
    found.push(match nearest(name, names) {
        Some(near) => error.did_you_mean(name, near),
        None => error.help("`drawbridge nodes` lists all there are"),
    });
}

fn word(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Read(_) | Kind::Write(_) => "action",
        Kind::Trigger(_) => "trigger",
        Kind::People(_) => "people source",
        Kind::Channel(_) => "channel",
        Kind::Record(_) => "record",
    }
}
