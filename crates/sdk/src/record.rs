//! Records: what a thing of a platform looks like, so that mappings to and from it can be checked.

use schemars::JsonSchema;

use crate::System;

/// The shape of a record, such as a user or a ticket. Nothing is called: it is only described.
///
/// ```
/// use drawbridge_sdk::{Catalog, Kind, Record, System};
///
/// struct Directory;
/// impl System for Directory {
///     const NAME: &'static str = "directory";
///     const TITLE: &'static str = "Directory";
///     const READ_POSTS: &'static [&'static str] = &[];
/// }
///
/// struct Person;
/// #[derive(schemars::JsonSchema)]
/// struct Fields {
///     /// Number of the person.
///     id: Option<String>,
///     /// Name for people.
///     name: Option<String>,
/// }
///
/// impl Record<Directory> for Person {
///     const NAME: &'static str = "directory.person";
///     const SUMMARY: &'static str = "A person";
///     const KEY: &'static str = "id";
///     const NEEDED: &'static [&'static str] = &["name"];
///     const READ_ONLY: &'static [&'static str] = &["id"];
///     type Fields = Fields;
/// }
///
/// drawbridge_sdk::nodes! { Directory; record Person }
/// let catalog = Catalog::new(&[NODES]);
/// let entry = catalog.get("directory.person").expect("it was registered");
/// assert!(matches!(&entry.kind, Kind::Record(record) if record.needed == ["name"]));
/// # fn main() {}
/// ```
pub trait Record<S: System>: Send + Sync + 'static {
    /// Full name, `system.noun`, such as `servicenow.sys_user`.
    const NAME: &'static str;
    /// What it is, one line without a period.
    const SUMMARY: &'static str;
    /// The field by which one of them is told from all others.
    const KEY: &'static str;
    /// Fields without which none can be made.
    const NEEDED: &'static [&'static str];
    /// Fields that cannot be written together with the others, mostly because the platform fills them.
    const READ_ONLY: &'static [&'static str];
    /// How the names of fields begin that an installation may have added.
    const CUSTOM: &'static [&'static str] = &[];
    /// Whether a read gives every field as a text, also numbers and flags.
    const READS_TEXT: bool = false;
    /// The fields with their types, as they are written. A field that a read may leave out, or that may be empty, is optional
    /// here.
    type Fields: JsonSchema;
}
