//! The definition of a workflow: its text and the files it names, as one thing with one digest. Reads no
//! file itself.

use std::collections::BTreeMap;

use drawbridge_sdk::Digest;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{FileId, Sources};

/// A workflow as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Path of the workflow, for messages.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The files it names, by the name it uses.
    pub files: BTreeMap<String, String>,
}

impl Definition {
    /// The digest of what was written; where it stands does not matter.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::json!({ "text": self.text, "files": self.files }))
    }

    /// The files that spans of its findings point into.
    #[must_use]
    pub fn sources(&self) -> Sources {
        let folder = self.path.rfind('/').map_or("", |at| &self.path[..=at]);
        let mut sources = Sources::default();
        sources.add(self.path.as_str(), self.text.as_str());
        for (name, text) in &self.files {
            sources.add(format!("{folder}{name}"), text.as_str());
        }
        sources
    }

    /// The text of a file and its place among the sources.
    pub(crate) fn file(&self, name: &str) -> Option<(FileId, &str)> {
        let position = self.files.keys().position(|known| known == name)?;
        Some((FileId::at(position + 1), self.files.get(name)?))
    }
}
