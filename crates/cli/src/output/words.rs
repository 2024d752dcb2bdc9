//! How a run and its steps read: one line each, the same in a terminal, a pipe and `runs show`.

use anstyle::{AnsiColor, Style};
use drawbridge_journal::{GateView, RunView, StepView};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// One step as a line: mark, name, state, how long, what it does or what stands in the way.
pub(crate) fn step(step: &StepView, width: usize, now: Timestamp) -> String {
    let indent = "  ".repeat(step.level);
    let name = format!("{indent}{}", step.path);
    let style = style(step.state);
    let took = step.started_at.map(|from| span(step.finished_at.unwrap_or(now).duration_since(from)));
    let line = format!(
        "{style}{} {name:width$}  {:11}{style:#} {:>7}  {}",
        mark(step.state),
        step.state.replace('_', " "),
        took.unwrap_or_default(),
        detail(step)
    );
    line.trim_end().to_owned()
}

/// Width that the names of these steps need.
pub(crate) fn width(view: &RunView) -> usize {
    view.steps.iter().map(|step| 2 * step.level + step.path.as_str().len()).max().unwrap_or(0)
}

/// Whether a step is worth a line in a tree: not one inside a block, or of a phase, that was not begun.
pub(crate) fn shown(step: &StepView) -> bool {
    !matches!(step.state, "pending" | "not_reached") || (step.level == 0 && step.phase == "main")
}

/// Whether a line for a step says something: it has begun, and is more than in between.
pub(crate) fn settled_enough(step: &StepView) -> bool {
    let unasked = |gate: &GateView| gate.outcome.is_none() && !gate.asks.iter().any(|ask| ask.open);
    match step.state {
        "pending" | "running" | "not_reached" => false,
        "waiting" => !step.gate.as_ref().is_some_and(unasked),
        _ => true,
    }
}

/// What a step does, waits for, or failed with.
pub(crate) fn detail(step: &StepView) -> String {
    if let Some(fault) = step.fault.as_ref().filter(|_| step.state != "succeeded") {
        return fault.to_string();
    }
    if let Some(gate) = &step.gate {
        return gate_detail(gate);
    }
    match (&step.summary, step.until) {
        (_, Some(until)) => format!("until {}", clock(until)),
        (Some(summary), None) => summary.clone(),
        (None, None) => step.kind.clone(),
    }
}

fn gate_detail(gate: &GateView) -> String {
    let asked = gate.asks.last();
    if let Some(vote) = asked.and_then(|ask| ask.votes.last()) {
        let comment = vote.comment.as_ref().map(|comment| format!(": {comment}")).unwrap_or_default();
        let choice = match vote.choice {
            drawbridge_sdk::Choice::Approved => "approved",
            drawbridge_sdk::Choice::Rejected => "rejected",
        };
        return format!("{choice} by {}{comment}", vote.by);
    }
    match asked.filter(|ask| ask.open) {
        Some(ask) if ask.approvers.is_empty() => format!("asks at the console: {}", gate.subject),
        Some(ask) => format!("asks {} in {}", ask.approvers.join(", "), gate.via),
        None => gate.subject.clone(),
    }
}

fn mark(state: &str) -> char {
    match state {
        "succeeded" => '✓',
        "failed" | "timed_out" | "rejected" => '✗',
        "skipped" | "not_reached" | "withdrawn" => '–',
        "parked" | "stalled" => '!',
        "pending" => '·',
        _ => '▸',
    }
}

/// The colour of a state; the mark and the word say the same without it.
pub(crate) fn style(state: &str) -> Style {
    let colour = match state {
        "succeeded" => AnsiColor::Green,
        "failed" | "timed_out" | "rejected" => AnsiColor::Red,
        "parked" | "stalled" | "retrying" | "settling" => AnsiColor::Yellow,
        "skipped" | "not_reached" | "withdrawn" | "pending" => return Style::new().dimmed(),
        _ => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(colour.into()))
}

/// The last line: how it ended or what it waits for.
pub(crate) fn closing(view: &RunView, now: Timestamp) -> String {
    let word = view.outcome.map_or(view.condition.as_str(), |outcome| outcome.as_str());
    let style = style(match word {
        "ignored" => "skipped",
        "cancelled" => "failed",
        other => other,
    });
    let took = view.started_at.map(|from| span(view.ended_at.unwrap_or(now).duration_since(from)));
    let mut text = format!("{style}{word}{style:#} after {}", took.unwrap_or_default());
    if let Some(error) = &view.error {
        let known = view.steps.iter().any(|step| step.path == error.step);
        let step = if known { format!("step `{}`: ", error.step) } else { String::new() };
        text.push_str(&format!(": {step}{}", error.fault));
        if let Some(help) = &error.fault.help {
            text.push_str(&format!("\n  = help: {help}"));
        }
    }
    let said = view.steps.iter().find(|step| step.kind == "stop" && step.state == "succeeded");
    if let Some(message) = said.and_then(|step| step.summary.as_ref()) {
        text.push_str(&format!(": {message}"));
    }
    for (name, value) in view.outputs.iter().filter_map(Value::as_object).flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.push_str(&format!("\n  {name}: {}", shortened(&value)));
    }
    if view.outcome.is_none() {
        text.push_str(&waiting(view));
    }
    text
}

/// Most characters of one output on a line; `--json` has all of it.
const OUTPUT_CHARS_MAX: usize = 200;

fn shortened(text: &str) -> String {
    if text.chars().count() <= OUTPUT_CHARS_MAX {
        return text.to_owned();
    }
    let start: String = text.chars().take(OUTPUT_CHARS_MAX).collect();
    format!("{start}…")
}

fn waiting(view: &RunView) -> String {
    let next = view.next_at.map(|at| format!(", next at {}", clock(at))).unwrap_or_default();
    let run = &view.run;
    let go_on = format!("go on with `drawbridge runs resume {run}`");
    let help = match view.steps.iter().find(|step| step.state == "parked" || asks_at_console(step)) {
        Some(step) if step.state == "parked" => {
            format!("decide with `drawbridge runs resume {run} --step {} --happened` or `--again`", step.path)
        }
        Some(step) => {
            format!("decide with `drawbridge gates approve {run} {}` or `reject`, then {go_on}", step.path)
        }
        None => go_on,
    };
    format!("{next}\n  = help: {help}")
}

/// Whether a gate waits for somebody at the console.
fn asks_at_console(step: &StepView) -> bool {
    step.gate.as_ref().is_some_and(|gate| {
        gate.outcome.is_none() && gate.asks.iter().any(|ask| ask.open && ask.approvers.is_empty())
    })
}

/// A span for people: the two largest units.
pub(crate) fn span(span: SignedDuration) -> String {
    let millis = span.as_millis().max(0);
    let secs = millis / 1000;
    match secs {
        0..=9 => format!("{}.{} s", secs, millis % 1000 / 100),
        10..=59 => format!("{secs} s"),
        60..=3599 => format!("{} min", secs / 60),
        3600..=86_399 => format!("{} h {:02}", secs / 3600, secs / 60 % 60),
        _ => format!("{} d {} h", secs / 86_400, secs / 3600 % 24),
    }
}

/// A time for people, in UTC to the second.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_show_their_two_largest_units() {
        let check = |millis, expected| assert_eq!(span(SignedDuration::from_millis(millis)), expected);
        check(0, "0.0 s");
        check(1_250, "1.2 s");
        check(59_999, "59 s");
        check(61_000, "1 min");
        check(14_400_000, "4 h 00");
        check(90_000_000, "1 d 1 h");
    }
}
