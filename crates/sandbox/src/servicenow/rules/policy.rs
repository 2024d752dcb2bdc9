//! Who computes the approval of a record, by which rule, and who is asked: the policies.
//!
//! Policies are properties of the instance, so that they can be read and changed like everything
//! else: `sandbox.approvals.<what>` for a record, a catalog item or a table, in that order. Without
//! one, `glide.approval_engine.<table>` with the value `none` leaves a table to nobody; changes are
//! decided group by group and everything else by the classic engine.
//! Source: reference section 12.2; the spelling of the policies is this sandbox's own.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::servicenow::rules::vote::Rule;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// What the names of policies begin with.
pub(crate) const POLICY_PROPERTY: &str = "sandbox.approvals.";
/// `glide.approval_engine.<table>` with the value `none` switches the engine off for a table.
const ENGINE_PROPERTY: &str = "glide.approval_engine.";

/// Who computes the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Engine {
    /// Any rejected, all approved, none asked, else asked.
    Classic,
    /// A flow's question with rules of its own.
    #[default]
    Flow,
    /// Nobody: rows change and the record does not.
    None,
}

/// What happens when nobody has decided in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UponDue {
    #[default]
    None,
    Approve,
    Reject,
    Cancel,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Ask {
    /// Whether the line manager of the person the record is for is asked.
    pub(crate) manager: bool,
    /// Names or `sys_id`s of groups; every member is asked.
    pub(crate) groups: Vec<String>,
    /// User names, e-mails or `sys_id`s.
    pub(crate) users: Vec<String>,
    /// Whether inactive people are left out. The platform asks them too unless told otherwise.
    pub(crate) active_only: bool,
}

/// How approvals of some records work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) engine: Engine,
    /// When the answers approve.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(crate) approve: Rule,
    /// When the answers reject.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(crate) reject: Rule,
    pub(crate) ask: Ask,
    /// Seconds after the question at which it is due.
    pub(crate) due_secs: Option<u32>,
    pub(crate) upon_due: UponDue,
    /// The journal of the record that comments of approvers are copied to.
    pub(crate) journal: Option<String>,
    /// Whether an approved item gets a catalog task, whose closing closes the item.
    pub(crate) task: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            engine: Engine::Flow,
            approve: Rule::Any,
            reject: Rule::Any,
            ask: Ask::default(),
            due_secs: None,
            upon_due: UponDue::None,
            journal: None,
            task: false,
        }
    }
}

fn write<S: Serializer>(rule: &Rule, serializer: S) -> Result<S::Ok, S::Error> {
    let text = match rule {
        Rule::Any => "any".to_owned(),
        Rule::All => "all".to_owned(),
        Rule::Responded => "responded".to_owned(),
        Rule::EachGroup => "each_group".to_owned(),
        Rule::Count(count) => format!("count({count})"),
        Rule::Percent(part) => format!("percent({part})"),
    };
    serializer.serialize_str(&text)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

impl Policy {
    fn engine(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// The policy of a record.
    pub(crate) fn of(base: Base<'_>, record: &Record) -> Self {
        written(base, record).unwrap_or_else(|| {
            match (property(base, &format!("{ENGINE_PROPERTY}{}", record.class)), record.class.as_str()) {
                (Some("none"), _) => Self::engine(Engine::None),
                (_, "change_request") => Self { approve: Rule::EachGroup, ..Self::engine(Engine::Flow) },
                _ => Self::engine(Engine::Classic),
            }
        })
    }

    /// Whether a flow asks and decides.
    pub(crate) fn is_flow(&self) -> bool {
        self.engine == Engine::Flow
    }

    /// Whether anybody is named who would be asked.
    pub(crate) fn asks(&self) -> bool {
        self.is_flow() && (self.ask.manager || !self.ask.groups.is_empty() || !self.ask.users.is_empty())
    }
}

/// The policy somebody wrote for the record, its catalog item or its table. One that cannot be read is none.
fn written(base: Base<'_>, record: &Record) -> Option<Policy> {
    [record.id(), record.get("cat_item"), record.class.as_str()]
        .into_iter()
        .filter(|what| !what.is_empty())
        .find_map(|what| serde_json::from_str(property(base, &format!("{POLICY_PROPERTY}{what}"))?).ok())
}

fn property<'a>(base: Base<'a>, name: &str) -> Option<&'a str> {
    let mut rows = base.store.all(base.dictionary, "sys_properties");
    rows.find(|row| row.get("name") == name).map(|row| row.get("value"))
}
