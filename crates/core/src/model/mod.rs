//! Words of the language that need no expression: ids, types of values, durations, tables.

mod eval_error;
mod ids;
mod outcome;
mod table;
mod value_type;

pub use eval_error::EvalError;
pub use ids::{IdRefused, StepId, WorkflowName};
pub use outcome::StopOutcome;
pub use table::{Cell, NoMatch, OutputColumn, Row, Table};
pub use value_type::ValueType;
