//! Why a run or a block failed, as an author reads it under `$.error`.

use drawbridge_sdk::Fault;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::StepPath;

/// Why a run or a block failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The step that failed.
    pub step: StepPath,
    /// What went wrong.
    pub fault: Fault,
    /// The system it concerns; the first part of the action's name.
    pub system: Option<String>,
}

impl RunError {
    /// What `$.error` is.
    pub(crate) fn root(&self) -> Value {
        let mut error = json!({
            "step": self.step,
            "code": self.fault.code,
            "summary": self.fault.summary,
        });
        if let Some(system) = &self.system {
            error["system"] = json!(system);
        }
        if let Some(status) = self.fault.status {
            error["status"] = json!(status);
        }
        error
    }
}
