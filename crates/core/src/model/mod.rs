//! Words of the language that need no expression: ids, types of values, durations, tables, and the
//! parsed text of a workflow.

mod eval_error;
mod ids;
mod mapping_words;
mod outcome;
mod table;
mod time;
mod value_type;

mod calendar;
mod duration;
mod words;
mod zone;

mod agent;
mod calendar_doc;
mod declared;
mod gate;
mod guard;
mod kinds;
mod step;
mod table_doc;
mod trigger;

mod mapping_doc;
mod mapping_field;

mod document;
mod keys;

pub use calendar::{Calendar, Delay};
pub use eval_error::EvalError;
pub use ids::{IdRefused, StepId, WorkflowName};
pub use mapping_words::{Case, MaxLength, Otherwise, Unmatched};
pub use outcome::StopOutcome;
pub use table::{Bounds, Cell, NoMatch, OutputColumn, Row, Table, Takes};
pub use time::{WrittenTime, write_time};
pub use value_type::ValueType;

pub(crate) use agent::AgentDoc;
pub(crate) use calendar_doc::DelayDoc;
pub(crate) use declared::{ValueDoc, unknown_type};
pub(crate) use document::{Document, read_document};
pub(crate) use duration::parse_working;
pub(crate) use gate::{ApproversDoc, GateDoc, NEVER, StageDoc};
pub(crate) use guard::GuardDoc;
pub(crate) use keys::key_tables;
pub(crate) use kinds::{ActionDoc, SetDoc, WaitDoc};
pub(crate) use mapping_doc::{MappingBody, MappingDoc, MappingPlace, read_mapping_file, read_mappings};
pub(crate) use mapping_field::{AlternativeDoc, FieldDoc, LookupDoc, SourceDoc};
pub(crate) use step::{BranchDoc, EXTRA_KEYS, KIND_KEYS, KindDoc, StepDoc};
pub(crate) use table_doc::{NoMatchDoc, RowsDoc, TableDoc, read_table_file};
pub(crate) use trigger::TriggerDoc;
pub(crate) use zone::zone_named;
