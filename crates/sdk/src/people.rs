//! People sources: who should decide.

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{Ctx, Error, Permission, Person, Reader, System};

/// A node that finds people, such as the manager of somebody.
///
/// Written as a map of one key: `{ servicenow.manager_of: $.inputs.person }`; what follows the key is
/// the whole [`People::Input`].
pub trait People<S: System>: Send + Sync + 'static {
    /// Full name, such as `servicenow.manager_of`.
    const NAME: &'static str;
    /// Whom it finds, one line without a period.
    const SUMMARY: &'static str;
    /// An example of its input, in YAML.
    const EXAMPLE: &'static str;
    /// What it needs from the platform.
    const PERMISSIONS: &'static [Permission];
    /// What stands behind the name.
    type Input: DeserializeOwned + JsonSchema + Send + Sync;

    /// Finds them; an empty list where there is nobody.
    ///
    /// # Errors
    /// What the connection said; [`Error::Refused`] where a person cannot be told with certainty.
    fn resolve(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Vec<Person>, Error>> + Send;
}
