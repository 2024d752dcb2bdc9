//! When the decisions of a run were last looked for, so that a gate expires only after a look that would
//! have seen a decision made in time. Looks at nothing itself.

use std::collections::BTreeMap;

use drawbridge_journal::RunId;
use jiff::Timestamp;

/// The looks of every run.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    runs: BTreeMap<RunId, Look>,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    began: Timestamp,
    in_flight: usize,
    failed: bool,
}

impl Looks {
    /// A look at so many questions begins.
    pub(crate) fn begin(&mut self, run: &RunId, at: Timestamp, questions: usize) {
        self.runs.insert(run.clone(), Look { began: at, in_flight: questions, failed: false });
    }

    /// One question was looked at.
    pub(crate) fn end(&mut self, run: &RunId, failed: bool) {
        if let Some(look) = self.runs.get_mut(run) {
            look.in_flight = look.in_flight.saturating_sub(1);
            look.failed |= failed;
        }
    }

    /// Whether a look is under way.
    pub(crate) fn under_way(&self, run: &RunId) -> bool {
        self.runs.get(run).is_some_and(|look| look.in_flight > 0)
    }

    /// Whether a look that began at this time or later has seen every decision.
    pub(crate) fn seen_since(&self, run: &RunId, at: Timestamp) -> bool {
        self.runs.get(run).is_some_and(|look| look.in_flight == 0 && !look.failed && look.began >= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn only_a_whole_look_that_began_late_enough_counts() {
        let (mut looks, run) = (Looks::default(), RunId::new("r"));
        assert!(!looks.seen_since(&run, time(5)));
        looks.begin(&run, time(5), 2);
        looks.end(&run, false);
        assert!(looks.under_way(&run) && !looks.seen_since(&run, time(5)));
        looks.end(&run, false);
        assert!(looks.seen_since(&run, time(5)) && !looks.seen_since(&run, time(6)));
        looks.begin(&run, time(6), 1);
        looks.end(&run, true);
        assert!(!looks.under_way(&run) && !looks.seen_since(&run, time(6)));
    }
}
