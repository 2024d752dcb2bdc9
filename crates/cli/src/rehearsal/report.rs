//! What a rehearsal left behind in the sandbox: the records of the request and the calls that made them.

use anyhow::Result;
use drawbridge_sandbox::Remote;
use drawbridge_sdk::{Method, Request, Transport};
use serde_json::Value;

use crate::output::print;

/// Tables whose records are shown, with the fields that tell them apart.
const TABLES: &[(&str, &[&str])] = &[
    ("sc_request", &["number", "state"]),
    ("sc_req_item", &["number", "state", "cat_item"]),
    ("sysapproval_approver", &["approver", "state", "sysapproval"]),
    ("sc_task", &["number", "state", "assignment_group", "short_description"]),
    ("incident", &["number", "state", "assignment_group", "short_description"]),
];

/// Most records of a table that are shown.
const RECORDS_MAX: &str = "20";

/// Prints what is in the pretend ServiceNow now, and which calls both platforms received.
///
/// # Errors
/// What kept the sandbox from answering.
pub(crate) async fn report(remote: &Remote, servicenow: &dyn Transport) -> Result<()> {
    let mut lines = Vec::new();
    for (table, fields) in TABLES {
        for row in rows(table, fields, servicenow).await? {
            let values: Vec<&str> = fields.iter().filter_map(|field| row[*field].as_str()).collect();
            lines.push(format!("  {table:20}  {}", values.join("  ")));
        }
    }
    let answer = remote.get(&["calls"]).await?;
    let calls = answer["calls"].as_array().map(Vec::as_slice).unwrap_or_default();
    section("in the pretend ServiceNow now", "nothing", &lines);
    let of = |platform: &str| calls.iter().filter(|call| call["platform"] == platform).count();
    let title = format!(
        "calls received: {} by Azure AD, {} by ServiceNow; those that wrote",
        of("azure_ad"),
        of("servicenow")
    );
    let text = |call: &Value, key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let wrote: Vec<String> = calls
        .iter()
        .filter(|call| writes(call))
        .map(|call| format!("  {:6} {}  {}", text(call, "method"), text(call, "path"), call["status"]))
        .collect();
    section(&title, "none", &wrote);
    Ok(())
}

fn section(title: &str, empty: &str, lines: &[String]) {
    let rest = if lines.is_empty() { format!(" {empty}") } else { String::new() };
    print::line(&format!("\n{title}:{rest}"));
    lines.iter().for_each(|line| print::line(line));
}

fn writes(call: &Value) -> bool {
    let path = call["path"].as_str().unwrap_or_default();
    call["method"] != "GET"
        && !path.ends_with("/token")
        && !path.ends_with("/oauth_token.do")
        && !path.ends_with("/checkMemberGroups")
}

/// All but the sample rows of every fresh instance, which were all made at this moment.
const OURS: &str = "sys_created_on!=2023-11-01 08:00:00^ORDERBYsys_created_on";

async fn rows(table: &str, fields: &[&str], servicenow: &dyn Transport) -> Result<Vec<Value>> {
    let request = Request::new(Method::Get, &["api", "now", "table", table])
        .query("sysparm_display_value", "true")
        .query("sysparm_exclude_reference_link", "true")
        .query("sysparm_fields", fields.join(","))
        .query("sysparm_query", OURS)
        .query("sysparm_limit", RECORDS_MAX);
    let answer = servicenow.read(&request).await?;
    Ok(answer.ok()?["result"].as_array().cloned().unwrap_or_default())
}
