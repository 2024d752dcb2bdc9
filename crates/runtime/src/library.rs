//! Checked workflows by digest, so that many runs of one definition check it once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use drawbridge_core::diagnostic::Severity;
use drawbridge_core::graph::Blueprint;
use drawbridge_core::{Definition, check};
use drawbridge_sdk::{Catalog, Digest, Fault};

#[derive(Debug, Default)]
pub(crate) struct Library {
    checked: Mutex<BTreeMap<Digest, Arc<Blueprint>>>,
}

impl Library {
    /// The checked form of a definition.
    ///
    /// # Errors
    /// RN011 where it no longer passes the check of this build.
    pub(crate) fn blueprint(
        &self,
        catalog: &Catalog,
        definition: &Definition,
    ) -> Result<Arc<Blueprint>, Fault> {
        let digest = definition.digest();
        // A poisoned lock still holds a whole map: entries are only ever added.
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = checked.get(&digest) {
            return Ok(Arc::clone(found));
        }
        let (blueprint, findings) = check(definition, catalog);
        let blueprint = Arc::new(blueprint.ok_or_else(|| {
            let count = findings.len();
            let first = findings.iter().find(|finding| finding.severity == Severity::Error);
            let first =
                first.map_or_else(String::new, |one| format!("; the first: [{}] {}", one.code, one.message));
            Fault::new(
                "RN011",
                format!("`{}` does not pass the check: {count} findings{first}", definition.path),
            )
            .help("run `drawbridge check` on it")
        })?);
        checked.insert(digest, Arc::clone(&blueprint));
        Ok(blueprint)
    }
}
