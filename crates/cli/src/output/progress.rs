//! The progress of one run: a live tree in a terminal, a line per change elsewhere, JSON where wanted.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use drawbridge_journal::{RunView, StepPath};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::output::{print, words};

/// Shows a run while it goes on.
pub(crate) enum Progress {
    /// A tree that is drawn again.
    Live(Live),
    /// A line whenever a step changes.
    Lines(BTreeMap<StepPath, String>),
    /// A JSON document whenever a step changes.
    Json(BTreeMap<StepPath, Value>),
}

/// The bars of a live tree, one a step.
pub(crate) struct Live {
    tree: MultiProgress,
    bars: BTreeMap<StepPath, ProgressBar>,
}

impl Progress {
    /// The way that fits where standard output goes.
    pub(crate) fn new(json: bool) -> Self {
        if json {
            Self::Json(BTreeMap::new())
        } else if std::io::stdout().is_terminal() {
            Self::Live(Live { tree: MultiProgress::new(), bars: BTreeMap::new() })
        } else {
            Self::Lines(BTreeMap::new())
        }
    }

    /// Says which run this is.
    pub(crate) fn begin(&self, view: &RunView) {
        if !matches!(self, Self::Json(_)) {
            print::line(&format!("{} · version {} · run {}", view.title, view.version, view.run));
        }
    }

    /// Shows what has changed; `now` is the time of the installation, in UTC.
    pub(crate) fn update(&mut self, view: &RunView, now: Timestamp) {
        match self {
            Self::Live(live) => live.update(view, now),
            Self::Lines(seen) => lines(seen, view, now),
            Self::Json(seen) => documents(seen, view),
        }
    }

    /// Draws a live tree again, so that its times go on.
    pub(crate) fn redraw(&mut self, view: &RunView, now: Timestamp) {
        if let Self::Live(live) = self {
            live.update(view, now);
        }
    }

    /// Shows how it ended.
    pub(crate) fn end(&mut self, view: &RunView, now: Timestamp) {
        self.update(view, now);
        match self {
            Self::Json(_) => print::json(&json!({ "run": view })),
            Self::Live(live) => {
                live.bars.values().for_each(ProgressBar::abandon);
                print::line(&words::closing(view, now));
            }
            Self::Lines(_) => print::line(&words::closing(view, now)),
        }
    }
}

impl Live {
    fn update(&mut self, view: &RunView, now: Timestamp) {
        let width = words::width(view);
        for step in view.steps.iter().filter(|step| words::shown(step)) {
            let place = self.place(view, &step.path);
            let tree = &self.tree;
            let bar = self.bars.entry(step.path.clone()).or_insert_with(|| {
                let style = ProgressStyle::with_template("{wide_msg}").expect("the template is a constant");
                tree.insert(place, ProgressBar::new_spinner().with_style(style))
            });
            bar.set_message(words::step(step, width, now));
        }
    }

    /// How many bars stand above a step.
    fn place(&self, view: &RunView, path: &StepPath) -> usize {
        view.steps
            .iter()
            .take_while(|step| step.path != *path)
            .filter(|step| self.bars.contains_key(&step.path))
            .count()
    }
}

fn lines(seen: &mut BTreeMap<StepPath, String>, view: &RunView, now: Timestamp) {
    let width = words::width(view);
    for step in view.steps.iter().filter(|step| words::settled_enough(step)) {
        let what = format!("{} {} {}", step.state, step.attempts, words::detail(step));
        if seen.get(&step.path) != Some(&what) {
            print::line(&words::step(step, width, now));
            seen.insert(step.path.clone(), what);
        }
    }
}

fn documents(seen: &mut BTreeMap<StepPath, Value>, view: &RunView) {
    for step in view.steps.iter().filter(|step| step.state != "pending") {
        let document = json!({ "step": step });
        if seen.get(&step.path) != Some(&document) {
            print::json(&document);
            seen.insert(step.path.clone(), document);
        }
    }
}
