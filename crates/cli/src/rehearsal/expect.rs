//! What must be so after a case, and what of it is not.

use std::collections::BTreeSet;

use anyhow::Result;
use drawbridge_journal::{Event, Recorded, RunView};
use drawbridge_sdk::{Method, Request, Transport};
use serde_json::{Map, Value};

use crate::rehearsal::cases::{Expect, Records};

/// Most records of a table that are read; a sandbox case makes a handful.
const RECORDS_MAX: usize = 10_000;

/// The actions of a run whose change was sent, by name.
pub(crate) fn sent(view: &RunView, events: &[Recorded]) -> BTreeSet<String> {
    let action = |path: &drawbridge_journal::StepPath| {
        view.steps.iter().find(|step| step.path == *path).map(|step| step.kind.clone())
    };
    events
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::StepStarted { turn, .. } => action(&turn.path),
            _ => None,
        })
        .collect()
}

/// What is not met where no run was started: anything but `ignored` needs one.
pub(crate) fn unmet_without_run(expect: &Expect) -> Option<String> {
    match expect.outcome.as_deref() {
        Some("ignored") => None,
        Some(wanted) => Some(format!("the run should be {wanted}, and no run was started")),
        None => Some("something is expected of a run, and no run was started".to_owned()),
    }
}

/// Every expectation that is not met, one sentence each.
///
/// # Errors
/// What kept the records of the sandbox from being read.
pub(crate) async fn unmet(
    expect: &Expect,
    view: &RunView,
    sent: &BTreeSet<String>,
    servicenow: &dyn Transport,
) -> Result<Vec<String>> {
    let mut unmet = Vec::new();
    let outcome = view.outcome.map_or(view.condition.as_str(), |outcome| outcome.as_str());
    if let Some(wanted) = expect.outcome.as_deref().filter(|wanted| *wanted != outcome) {
        unmet.push(format!("the run should be {wanted}, and is {outcome}"));
    }
    for action in expect.calls.made.iter().filter(|action| !sent.contains(*action)) {
        unmet.push(format!("`{action}` should be sent, and was not"));
    }
    for action in expect.calls.not_made.iter().filter(|action| sent.contains(*action)) {
        unmet.push(format!("`{action}` should not be sent, and was"));
    }
    for records in &expect.records {
        let found = count(records, servicenow).await?;
        if found != records.count {
            let (wanted, table, fields) =
                (records.count, &records.table, Value::Object(records.r#where.clone()));
            unmet.push(format!("`{table}` should have {wanted} records with {fields}, and has {found}"));
        }
    }
    Ok(unmet)
}

async fn count(records: &Records, servicenow: &dyn Transport) -> Result<usize> {
    let request = Request::new(Method::Get, &["api", "now", "table", &records.table])
        .query("sysparm_display_value", "all")
        .query("sysparm_limit", RECORDS_MAX.to_string());
    let answer = servicenow.read(&request).await?;
    let rows = answer.ok()?["result"].as_array().cloned().unwrap_or_default();
    Ok(rows.iter().filter(|row| fits(row, &records.r#where)).count())
}

/// Whether a record has these fields, each by its value or its display value.
fn fits(row: &Value, fields: &Map<String, Value>) -> bool {
    fields.iter().all(|(name, wanted)| {
        let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
        ["value", "display_value"].iter().any(|kind| row[name][*kind].as_str() == Some(wanted.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_ignored_case_may_end_without_a_run() {
        let unmet = |outcome: Option<&str>| {
            let expect = Expect { outcome: outcome.map(str::to_owned), ..Expect::default() };
            unmet_without_run(&expect)
        };
        assert_eq!(unmet(Some("ignored")), None);
        assert_eq!(unmet(Some("succeeded")).unwrap(), "the run should be succeeded, and no run was started");
        assert!(unmet(None).is_some());
    }

    #[test]
    fn a_record_fits_by_value_or_display_value() {
        let row = json!({ "state": { "value": "3", "display_value": "Closed Complete" } });
        let check = |fields: Value| fits(&row, fields.as_object().unwrap());
        assert!(check(json!({ "state": "3" })));
        assert!(check(json!({ "state": 3 })));
        assert!(check(json!({ "state": "Closed Complete" })));
        assert!(check(json!({})));
        assert!(!check(json!({ "state": "1" })));
        assert!(!check(json!({ "number": "3" })));
    }
}
