//! Records that authors name instead of numbering: groups and catalog items. A name has to match exactly
//! one active record; nothing is guessed.

use drawbridge_sdk::{Error, Fault, Reader};

use crate::ServiceNow;
use crate::query::{Query, is_sys_id};
use crate::wire::record;

/// A kind of record with a `name` and an `active` flag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming {
    pub(crate) table: &'static str,
    /// What it is called in messages.
    pub(crate) what: &'static str,
}

/// Groups of users.
pub(crate) const GROUP: Naming = Naming { table: "sys_user_group", what: "group" };

/// Items of the service catalog.
pub(crate) const CATALOG_ITEM: Naming = Naming { table: "sc_cat_item", what: "catalog item" };

/// One record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) sys_id: String,
    pub(crate) name: String,
}

/// The one active record with this name or `sys_id`.
///
/// # Errors
/// `Refused` CN022 where none or more than one matches; what the connection said.
pub(crate) async fn resolve(
    instance: &Reader<'_, ServiceNow>,
    naming: Naming,
    text: &str,
) -> Result<Named, Error> {
    let text = text.trim();
    let field = if is_sys_id(text) { "sys_id" } else { "name" };
    let query = Query::new().is(field, text)?.is("active", "true")?;
    let rows = record::find(instance, naming.table, &query, &["name"], 2).await?;
    match rows.as_slice() {
        [row] => Ok(Named { sys_id: row.need("sys_id")?, name: row.need("name")? }),
        [] => {
            let fault = Fault::new("CN022", format!("ServiceNow shows no active {} `{text}`", naming.what));
            Err(Error::Refused(fault.help(
                "look at the spelling; it must exist, be active and be visible to the integration user",
            )))
        }
        _ => {
            let fault =
                Fault::new("CN022", format!("ServiceNow has more than one active {} `{text}`", naming.what));
            Err(Error::Refused(fault.help("name it by its `sys_id`")))
        }
    }
}
