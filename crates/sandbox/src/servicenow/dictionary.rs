//! The tables of the instance, read from embedded data: fields, inheritance, choices, roles.
//!
//! Owns what a table *is*. Holds no records and decides no request.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::servicenow::shape::Shape;

/// The embedded definition of every table, and what is added on top of it.
const TABLES: [&str; 2] = [
    include_str!("../../data/servicenow/dictionary.yaml"),
    include_str!("../../data/servicenow/process.yaml"),
];

/// The tables by the shape of the instance, each read once: equal instances have equal tables.
static SHAPED: [OnceLock<Dictionary>; Shape::COUNT] = [const { OnceLock::new() }; Shape::COUNT];

/// Roles that open no table by themselves but exist on every instance. Source: reference sections 2.2 and 2.5.
const PLATFORM_ROLES: [&str; 6] = [
    "query_no_domain_table_api",
    "rest_api_explorer",
    "security_admin",
    "snc_basic_auth_api_access",
    "snc_platform_rest_api_access",
    "snc_read_only",
];

/// How many parents a table may have above it; a longer chain in the data is a mistake.
const INHERITANCE_DEPTH_MAX: usize = 8;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Plain text.
    #[default]
    String,
    /// A whole number, kept as text.
    Integer,
    /// A number with a fraction, kept as text.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// The `sys_id` of a row in another table.
    Reference,
    /// Comma-joined `sys_id`s.
    GlideList,
    /// UTC, `YYYY-MM-DD HH:MM:SS`.
    GlideDateTime,
    /// `YYYY-MM-DD`.
    GlideDate,
    /// An offset from 1970-01-01, written like a date-time.
    GlideDuration,
    /// Text that is appended to a history and never read back raw.
    JournalInput,
    /// The combined history of the other journals of the record.
    JournalList,
    /// A history the platform itself writes.
    Journal,
    /// Markup.
    Html,
    /// A `sys_id` in a table that another field names.
    DocumentId,
    /// Never shown, never written through the Table API.
    Password,
}

impl Kind {
    /// Whether this is one of the append-only histories.
    pub(crate) fn is_journal(self) -> bool {
        matches!(self, Self::JournalInput | Self::JournalList | Self::Journal)
    }
}

/// One column of a table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// The table it was asked of, which may be a child of the one that defines it.
    #[serde(skip)]
    pub(crate) table: String,
    #[serde(skip)]
    pub(crate) name: String,
    /// The text a person sees; data-policy refusals name fields by it.
    pub(crate) label: String,
    #[serde(default, rename = "type")]
    pub(crate) kind: Kind,
    /// Table of a reference or list.
    #[serde(default)]
    pub(crate) to: Option<String>,
    /// Stored value to label, in the order of the list.
    #[serde(default)]
    pub(crate) choices: IndexMap<String, String>,
    /// The choices an older instance has instead.
    #[serde(default)]
    legacy: IndexMap<String, String>,
    /// Value of a new row; `@now` and `@me` are filled in.
    #[serde(default)]
    pub(crate) default: String,
    /// Characters kept; longer text is cut without a word.
    #[serde(default)]
    pub(crate) length: Option<usize>,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) unique: bool,
    /// Roles that may see it; none are needed where this is empty.
    #[serde(default)]
    pub(crate) read: Vec<String>,
}

/// Which roles may do what; an empty list admits every signed-in user.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roles {
    #[serde(default)]
    pub(crate) read: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) create: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) write: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) delete: Option<Vec<String>>,
}

/// Reference fields whose person may act on the row without a role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Own {
    #[serde(default)]
    pub(crate) read: Vec<String>,
    #[serde(default)]
    pub(crate) write: Vec<String>,
}

/// One table with everything it inherits already merged in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    #[serde(skip)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) parent: Option<String>,
    /// What its numbers begin with; a table without one has no `number`.
    #[serde(default)]
    pub(crate) prefix: Option<String>,
    /// The field shown where a row is referred to.
    #[serde(default)]
    pub(crate) display: Option<String>,
    /// Whether tables may extend it, so that rows carry `sys_class_name`.
    #[serde(default)]
    hierarchy: bool,
    /// The field that leads to the requested item whose catalog variables this row shows.
    #[serde(default)]
    pub(crate) variables_of: Option<String>,
    /// The states that close a record.
    #[serde(default)]
    pub(crate) closing: Vec<String>,
    /// The plugin without which the table does not exist.
    #[serde(default)]
    plugin: Option<String>,
    /// Whether a read without the role is a 403 instead of an empty list.
    #[serde(default)]
    pub(crate) refuse_reads: bool,
    #[serde(default)]
    pub(crate) roles: Roles,
    #[serde(default)]
    pub(crate) own: Own,
    #[serde(default)]
    pub(crate) fields: IndexMap<String, Field>,
}

/// Every table of the instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dictionary {
    #[serde(default)]
    role_contains: BTreeMap<String, Vec<String>>,
    tables: IndexMap<String, Table>,
    /// Every table with itself and all that extend it.
    #[serde(skip)]
    families: BTreeMap<String, Vec<String>>,
}

impl Dictionary {
    /// The tables of an instance as it usually is.
    pub(crate) fn embedded() -> &'static Self {
        Self::shaped(Shape::default())
    }

    /// The tables of an instance of that shape.
    pub(crate) fn shaped(shape: Shape) -> &'static Self {
        SHAPED[shape.place()].get_or_init(|| Self::read(shape))
    }

    fn read(shape: Shape) -> Self {
        let mut written =
            Self { role_contains: BTreeMap::new(), tables: IndexMap::new(), families: BTreeMap::new() };
        for text in TABLES {
            let part = serde_saphyr::from_str(text);
            written.join(part.expect("the embedded dictionary is read by a test on every build"));
        }
        written.tables.retain(|_, table| table.plugin.as_deref().is_none_or(|plugin| shape.has(plugin)));
        for field in written.tables.values_mut().flat_map(|table| table.fields.values_mut()) {
            if shape.legacy_choices && !field.legacy.is_empty() {
                field.choices = field.legacy.clone();
            }
        }
        let mut merged = written.clone();
        for (name, table) in &mut merged.tables {
            *table = written.merge(name);
        }
        for name in written.tables.keys() {
            let family = written.tables.keys().filter(|one| written.is_a(one, name)).cloned();
            merged.families.insert(name.clone(), family.collect());
        }
        merged
    }

    /// Adds tables; one that is there already gets the new fields on top.
    fn join(&mut self, more: Self) {
        self.role_contains.extend(more.role_contains);
        for (name, table) in more.tables {
            match self.tables.get_mut(&name) {
                Some(known) => {
                    known.fields.extend(table.fields);
                    known.closing.extend(table.closing);
                }
                None => {
                    self.tables.insert(name, table);
                }
            }
        }
    }

    /// The table of that name.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The column of a table, inherited ones included.
    pub(crate) fn field(&self, table: &str, name: &str) -> Option<&Field> {
        self.tables.get(table)?.fields.get(name)
    }

    /// Every table with its name, parents first as written.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// Whether `name` is `ancestor` or extends it.
    pub(crate) fn is_a(&self, name: &str, ancestor: &str) -> bool {
        self.lineage(name).any(|one| one == ancestor)
    }

    /// The table at the top of the hierarchy `name` belongs to.
    pub(crate) fn root<'a>(&'a self, name: &'a str) -> &'a str {
        self.lineage(name).last().unwrap_or(name)
    }

    /// The table and all that extend it.
    pub(crate) fn family(&self, name: &str) -> &[String] {
        self.families.get(name).map_or(&[], Vec::as_slice)
    }

    /// The field shown where a row of the table is referred to.
    pub(crate) fn display_field(&self, table: &str) -> Option<&str> {
        self.lineage(table).find_map(|one| self.tables.get(one)?.display.as_deref())
    }

    /// The roles that come with a role.
    pub(crate) fn contained_roles(&self, role: &str) -> &[String] {
        self.role_contains.get(role).map_or(&[], Vec::as_slice)
    }

    /// Every role the data speaks of, sorted, each once.
    pub(crate) fn role_names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            ["admin"].iter().chain(&PLATFORM_ROLES).map(|&role| role.to_owned()).collect();
        for (role, contained) in &self.role_contains {
            names.push(role.clone());
            names.extend(contained.iter().cloned());
        }
        for table in self.tables.values() {
            let roles = &table.roles;
            for list in [&roles.read, &roles.create, &roles.write, &roles.delete].into_iter().flatten() {
                names.extend(list.iter().cloned());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    fn lineage<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(name), |one| self.tables.get(*one)?.parent.as_deref())
            .take(INHERITANCE_DEPTH_MAX)
    }

    fn merge(&self, name: &str) -> Table {
        let chain: Vec<&str> = self.lineage(name).collect();
        let mut table = self.tables[name].clone();
        let mut fields = system_fields();
        if chain.iter().any(|one| self.tables.get(*one).is_some_and(|t| t.hierarchy)) {
            fields.extend(class_fields());
        }
        for ancestor in chain.iter().rev() {
            let Some(written) = self.tables.get(*ancestor) else { continue };
            fields.extend(written.fields.iter().map(|(key, field)| (key.clone(), field.clone())));
        }
        table.roles = self.nearest_roles(&chain);
        let closing = chain.iter().filter_map(|one| Some(&self.tables.get(*one)?.closing));
        table.closing = closing.into_iter().find(|states| !states.is_empty()).cloned().unwrap_or_default();
        table.own = Own {
            read: self.nearest_own(&chain, |own| &own.read),
            write: self.nearest_own(&chain, |own| &own.write),
        };
        for (key, field) in &mut fields {
            (field.table, field.name) = (name.to_owned(), key.clone());
        }
        (table.name, table.fields) = (name.to_owned(), fields);
        table
    }

    fn nearest_own(&self, chain: &[&str], of: fn(&Own) -> &Vec<String>) -> Vec<String> {
        let written = chain.iter().filter_map(|one| Some(of(&self.tables.get(*one)?.own)));
        written.into_iter().find(|fields| !fields.is_empty()).cloned().unwrap_or_default()
    }

    fn nearest_roles(&self, chain: &[&str]) -> Roles {
        let pick = |of: fn(&Roles) -> &Option<Vec<String>>| {
            chain.iter().find_map(|one| of(&self.tables.get(*one)?.roles).clone())
        };
        Roles {
            read: pick(|r| &r.read),
            create: pick(|r| &r.create),
            write: pick(|r| &r.write),
            delete: pick(|r| &r.delete),
        }
    }
}

fn system_fields() -> IndexMap<String, Field> {
    [
        ("sys_id", "Sys ID", Kind::String),
        ("sys_created_on", "Created", Kind::GlideDateTime),
        ("sys_created_by", "Created by", Kind::String),
        ("sys_updated_on", "Updated", Kind::GlideDateTime),
        ("sys_updated_by", "Updated by", Kind::String),
        ("sys_mod_count", "Updates", Kind::Integer),
        ("sys_tags", "Tags", Kind::String),
    ]
    .into_iter()
    .map(|(name, label, kind)| (name.to_owned(), read_only(label, kind)))
    .collect()
}

fn class_fields() -> IndexMap<String, Field> {
    let class = read_only("Class name", Kind::String);
    let mut domain = read_only("Domain", Kind::Reference);
    domain.to = Some("sys_user_group".to_owned());
    domain.default = "global".to_owned();
    let mut path = read_only("Domain Path", Kind::String);
    path.default = "/".to_owned();
    [("sys_class_name", class), ("sys_domain", domain), ("sys_domain_path", path)]
        .into_iter()
        .map(|(name, field)| (name.to_owned(), field))
        .collect()
}

fn read_only(label: &str, kind: Kind) -> Field {
    Field { label: label.to_owned(), kind, read_only: true, ..Field::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_dictionary_is_read_and_every_parent_and_display_field_exists() {
        let dictionary = Dictionary::embedded();
        for (name, table) in dictionary.tables() {
            if let Some(parent) = &table.parent {
                assert!(dictionary.table(parent).is_some(), "{name} extends {parent}");
            }
            if let Some(display) = dictionary.display_field(name) {
                assert!(table.fields.contains_key(display), "{name} shows {display}");
            }
            assert!(!table.label.is_empty(), "{name} has no label");
            for (field, definition) in &table.fields {
                let known = definition.default.is_empty()
                    || definition.choices.is_empty()
                    || definition.choices.contains_key(&definition.default);
                assert!(known, "{name}.{field} has the default {:?}", definition.default);
            }
        }
    }

    #[test]
    fn every_shape_is_read_and_plugins_and_choices_follow_it() {
        let bare = Shape { legacy_choices: true, sir: false, hr: false };
        let (usual, bare) = (Dictionary::embedded(), Dictionary::shaped(bare));
        for table in ["sn_si_incident", "sn_hr_le_case"] {
            assert!(usual.table(table).is_some() && bare.table(table).is_none(), "{table}");
        }
        let code = |dictionary: &Dictionary, value: &str| {
            dictionary.tables["incident"].fields["close_code"].choices.contains_key(value)
        };
        assert!(code(usual, "Solution provided") && !code(usual, "Solved (Permanently)"));
        assert!(code(bare, "Solved (Permanently)") && !code(bare, "Solution provided"));
        assert_eq!(usual.tables["sn_hr_le_case"].closing, ["3", "4", "7"]);
        assert_eq!(usual.tables["incident"].closing, ["7", "8"]);
    }

    #[test]
    fn a_child_inherits_fields_and_roles_and_replaces_what_it_writes_again() {
        let dictionary = Dictionary::embedded();
        let incident = dictionary.table("incident").unwrap();
        assert_eq!(incident.fields["state"].choices["6"], "Resolved");
        assert_eq!(incident.fields["short_description"].length, Some(160));
        assert_eq!(incident.roles.delete.as_deref(), Some(&["admin".to_owned()][..]));
        assert_eq!(dictionary.root("sc_task"), "task");
        assert!(dictionary.family("task").iter().any(|one| one == "sc_req_item"));
        assert_eq!(dictionary.display_field("incident"), Some("number"));
    }
}
