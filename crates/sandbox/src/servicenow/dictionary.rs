//! The tables of the instance, read from embedded data: fields, inheritance, choices, roles.
//!
//! Owns what a table *is*. Holds no records and decides no request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use indexmap::IndexMap;
use serde::Deserialize;

use crate::servicenow::columns;
pub(crate) use crate::servicenow::kind::Kind;
use crate::servicenow::shape::Shape;

/// The embedded definition of every table. What a later file says of a table is put on top.
const FILES: [&str; 6] = [
    include_str!("../../data/servicenow/dictionary.yaml"),
    include_str!("../../data/servicenow/tables/work.yaml"),
    include_str!("../../data/servicenow/tables/assets.yaml"),
    include_str!("../../data/servicenow/tables/system.yaml"),
    include_str!("../../data/servicenow/tables/configuration.yaml"),
    include_str!("../../data/servicenow/process.yaml"),
];

/// The tables by the shape of the instance, each read once: equal instances have equal tables.
static SHAPED: [OnceLock<Arc<Dictionary>>; Shape::COUNT] = [const { OnceLock::new() }; Shape::COUNT];

/// Roles that open no table by themselves but exist on every instance. Source: reference sections 2.2 and 2.5.
const PLATFORM_ROLES: [&str; 6] = [
    "query_no_domain_table_api",
    "rest_api_explorer",
    "security_admin",
    "snc_basic_auth_api_access",
    "snc_platform_rest_api_access",
    "snc_read_only",
];
/// The names of all fields, each once, so that records need not keep copies of them.
static NAMES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    Dictionary::embedded().tables.values().flat_map(|table| table.fields.keys().map(String::as_str)).collect()
});

/// How many parents a table may have above it; a longer chain in the data is a mistake.
const INHERITANCE_DEPTH_MAX: usize = 8;

/// One column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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
    /// Choices that are shown where they stand but not taken any more.
    #[serde(skip)]
    pub(crate) retired: BTreeMap<String, String>,
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
    /// Whether forms ask for it; the Table API does not.
    #[serde(default)]
    pub(crate) mandatory: bool,
    /// Whether a customer has made it mandatory, so that the Table API asks for it too.
    #[serde(skip)]
    pub(crate) demanded: bool,
    /// Whether a reference holds the name of the row and not its id.
    #[serde(default)]
    pub(crate) keyed: bool,
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
    /// The fields such a person may write; all of them when empty.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Roles whose holders may read a row they are asked to approve.
    #[serde(default)]
    pub(crate) asked: Vec<String>,
}

/// One table with everything it inherits already merged in.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// Whether rows of a hierarchy belong to a domain; they do, if absent.
    #[serde(default)]
    domain: Option<bool>,
    /// The field that leads to the requested item whose catalog variables this row shows.
    #[serde(default)]
    pub(crate) variables_of: Option<String>,
    /// The states that close a record.
    #[serde(default)]
    pub(crate) closing: Vec<String>,
    /// The plugin without which the table does not exist.
    #[serde(default)]
    plugin: Option<String>,
    /// Whether changes are written down in `sys_audit`. Tables that extend this one say so themselves.
    #[serde(default)]
    pub(crate) audit: bool,
    /// Whether a read without the role is a 403 instead of an empty list.
    #[serde(default)]
    pub(crate) refuse_reads: bool,
    #[serde(default)]
    pub(crate) roles: Roles,
    #[serde(default)]
    pub(crate) own: Own,
    #[serde(default)]
    pub(crate) fields: IndexMap<String, Field>,
    /// More fields, as a text table.
    #[serde(default)]
    columns: String,
}

/// What one file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    role_contains: BTreeMap<String, Vec<String>>,
    /// Fields whose rows are kept by value too.
    #[serde(default)]
    indexes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    tables: IndexMap<String, Table>,
}

/// Every table of the instance.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    role_contains: BTreeMap<String, Vec<String>>,
    indexes: BTreeMap<String, Vec<String>>,
    tables: IndexMap<String, Table>,
    /// Every table with itself and all that extend it.
    families: BTreeMap<String, Vec<String>>,
}

impl Dictionary {
    /// The tables of an instance as it usually is.
    pub(crate) fn embedded() -> &'static Self {
        Self::shaped(Shape::default())
    }

    /// The tables of an instance of that shape.
    pub(crate) fn shaped(shape: Shape) -> &'static Self {
        SHAPED[shape.place()].get_or_init(|| Arc::new(Self::read(shape)))
    }

    /// The same, to be changed by an instance for itself.
    pub(crate) fn shared(shape: Shape) -> Arc<Self> {
        Self::shaped(shape);
        SHAPED[shape.place()].get().map_or_else(|| Arc::new(Self::read(shape)), Arc::clone)
    }

    fn read(shape: Shape) -> Self {
        let mut written = Written::default();
        for text in FILES {
            let file: Written =
                serde_saphyr::from_str(text).expect("the embedded tables are read by a test on every build");
            written.take(file);
        }
        written.tables.retain(|_, table| table.plugin.as_deref().is_none_or(|plugin| shape.has(plugin)));
        for field in written.tables.values_mut().flat_map(|table| table.fields.values_mut()) {
            if shape.legacy_choices && !field.legacy.is_empty() {
                field.choices = field.legacy.clone();
            }
        }
        let tables = written.tables.keys().map(|name| (name.clone(), written.merge(name))).collect();
        let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in written.tables.keys() {
            for ancestor in written.lineage(name) {
                families.entry(ancestor.to_owned()).or_default().push(name.clone());
            }
        }
        Self { role_contains: written.role_contains, indexes: written.indexes, tables, families }
    }

    /// The table of that name.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The column of a table, inherited ones included.
    pub(crate) fn field(&self, table: &str, name: &str) -> Option<&Field> {
        self.tables.get(table)?.fields.get(name)
    }

    /// The one copy of a field's name, if any table has a field of that name.
    pub(crate) fn name(field: &str) -> Option<&'static str> {
        NAMES.get(field).copied()
    }

    /// The fields of a class whose rows are kept by value too: unique ones and those the data lists.
    pub(crate) fn indexed(&self, class: &str) -> &[String] {
        self.indexes.get(class).map_or(&[], Vec::as_slice)
    }

    /// The fields a table adds to those of its parent.
    pub(crate) fn own_fields<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a String, &'a Field)> {
        let table = self.tables.get(name);
        let parent = table.and_then(|table| self.tables.get(table.parent.as_deref()?));
        let fields = table.map(|table| table.fields.iter()).into_iter().flatten();
        fields.filter(move |(field, _)| parent.is_none_or(|parent| !parent.fields.contains_key(*field)))
    }

    /// Every table with its name, parents first as written.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// Whether `name` is `ancestor` or extends it.
    pub(crate) fn is_a(&self, name: &str, ancestor: &str) -> bool {
        self.families.get(ancestor).is_some_and(|family| family.iter().any(|one| one == name))
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

    /// Every role that comes with others.
    pub(crate) fn containing_roles(&self) -> impl Iterator<Item = (&String, &Vec<String>)> {
        self.role_contains.iter()
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
            names.extend(table.own.asked.iter().cloned());
        }
        names.sort();
        names.dedup();
        names
    }

    /// The table of that name, to be changed.
    pub(crate) fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(name)
    }

    /// Puts another table beside the others.
    pub(crate) fn add(&mut self, table: Table) {
        let name = table.name.clone();
        self.tables.insert(name.clone(), table);
        let lineage: Vec<String> = self.lineage(&name).map(str::to_owned).collect();
        for ancestor in lineage {
            self.families.entry(ancestor).or_default().push(name.clone());
        }
    }

    /// Takes a table away, and it alone.
    pub(crate) fn remove(&mut self, name: &str) {
        self.tables.shift_remove(name);
        self.families.remove(name);
        for family in self.families.values_mut() {
            family.retain(|one| one != name);
        }
    }

    fn lineage<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(name), |one| self.tables.get(*one)?.parent.as_deref())
            .take(INHERITANCE_DEPTH_MAX)
    }
}

impl Field {
    /// Whether it says the same of another table.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let elsewhere = Self { table: other.table.clone(), ..self.clone() };
        elsewhere == *other
    }
}

impl Written {
    /// Adds what another file says; where both say something the other file wins.
    fn take(&mut self, other: Self) {
        for (role, contained) in other.role_contains {
            self.role_contains.entry(role).or_default().extend(contained);
        }
        for (table, fields) in other.indexes {
            self.indexes.entry(table).or_default().extend(fields);
        }
        for (name, table) in other.tables {
            self.tables.entry(name).or_default().take(table);
        }
    }

    fn lineage<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(name), |one| self.tables.get(*one)?.parent.as_deref())
            .take(INHERITANCE_DEPTH_MAX)
    }

    fn merge(&self, name: &str) -> Table {
        let chain: Vec<&str> = self.lineage(name).collect();
        let lineage: Vec<&Table> = chain.iter().filter_map(|one| self.tables.get(*one)).collect();
        let mut table = self.tables[name].clone();
        let mut fields = system_fields();
        if lineage.iter().any(|table| table.hierarchy) {
            fields.extend(class_fields(lineage.iter().all(|table| table.domain != Some(false))));
        }
        for ancestor in lineage.iter().rev() {
            fields.extend(ancestor.fields.iter().map(|(key, field)| (key.clone(), field.clone())));
        }
        table.roles = nearest_roles(&lineage);
        let closing = lineage.iter().map(|table| &table.closing).find(|states| !states.is_empty());
        table.closing = closing.cloned().unwrap_or_default();
        table.own = Own {
            read: nearest_own(&lineage, |own| &own.read),
            write: nearest_own(&lineage, |own| &own.write),
            fields: nearest_own(&lineage, |own| &own.fields),
            asked: nearest_own(&lineage, |own| &own.asked),
        };
        for (key, field) in &mut fields {
            (field.table, field.name) = (name.to_owned(), key.clone());
        }
        (table.name, table.fields) = (name.to_owned(), fields);
        table
    }
}

impl Table {
    /// A table somebody made: all that the one above it has, or nothing but what every table has. Without
    /// rules of its own or inherited ones only administrators get at it.
    pub(crate) fn written(name: &str, label: &str, above: Option<&Self>, hierarchy: bool) -> Self {
        let mut table = match above {
            Some(above) => Self {
                parent: Some(above.name.clone()),
                closing: above.closing.clone(),
                roles: above.roles.clone(),
                own: above.own.clone(),
                fields: above.fields.clone(),
                ..Self::default()
            },
            None => Self { fields: system_fields(), ..Self::default() },
        };
        if above.is_none() && hierarchy {
            table.fields.extend(class_fields(true));
        }
        for (key, field) in &mut table.fields {
            (field.table, field.name) = (name.to_owned(), key.clone());
        }
        (table.name, table.label) = (name.to_owned(), label.to_owned());
        table
    }

    /// Adds what another file says of the same table; where both say something the other file wins.
    fn take(&mut self, other: Self) {
        if !other.label.is_empty() {
            self.label = other.label;
        }
        self.parent = other.parent.or(self.parent.take());
        self.prefix = other.prefix.or(self.prefix.take());
        self.display = other.display.or(self.display.take());
        self.hierarchy |= other.hierarchy;
        self.domain = other.domain.or(self.domain);
        self.plugin = other.plugin.or(self.plugin.take());
        self.variables_of = other.variables_of.or(self.variables_of.take());
        self.refuse_reads |= other.refuse_reads;
        self.audit |= other.audit;
        if !other.closing.is_empty() {
            self.closing = other.closing;
        }
        self.roles.read = other.roles.read.or(self.roles.read.take());
        self.roles.create = other.roles.create.or(self.roles.create.take());
        self.roles.write = other.roles.write.or(self.roles.write.take());
        self.roles.delete = other.roles.delete.or(self.roles.delete.take());
        for (mine, theirs) in [
            (&mut self.own.read, other.own.read),
            (&mut self.own.write, other.own.write),
            (&mut self.own.fields, other.own.fields),
            (&mut self.own.asked, other.own.asked),
        ] {
            if !theirs.is_empty() {
                *mine = theirs;
            }
        }
        self.fields.extend(other.fields);
        let columns = columns::read(&other.columns).map(|columns| serde_json::from_value(columns.into()));
        let columns: IndexMap<String, Field> = columns
            .expect("the embedded columns are read by a test on every build")
            .expect("the embedded columns are read by a test on every build");
        self.fields.extend(columns);
    }
}

fn nearest_own(lineage: &[&Table], of: fn(&Own) -> &Vec<String>) -> Vec<String> {
    let written = lineage.iter().map(|table| of(&table.own));
    written.into_iter().find(|fields| !fields.is_empty()).cloned().unwrap_or_default()
}

fn nearest_roles(lineage: &[&Table]) -> Roles {
    let pick =
        |of: fn(&Roles) -> &Option<Vec<String>>| lineage.iter().find_map(|table| of(&table.roles).clone());
    Roles {
        read: pick(|r| &r.read),
        create: pick(|r| &r.create),
        write: pick(|r| &r.write),
        delete: pick(|r| &r.delete),
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

fn class_fields(domains: bool) -> IndexMap<String, Field> {
    let class = read_only("Class name", Kind::String);
    let class = std::iter::once(("sys_class_name".to_owned(), class));
    if !domains {
        return class.collect();
    }
    let mut domain = read_only("Domain", Kind::Reference);
    domain.to = Some("sys_user_group".to_owned());
    domain.default = "global".to_owned();
    let mut path = read_only("Domain Path", Kind::String);
    path.default = "/".to_owned();
    class.chain([("sys_domain".to_owned(), domain), ("sys_domain_path".to_owned(), path)]).collect()
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
            assert!(!table.label.is_empty(), "{name} has no label");
            if let Some(display) = dictionary.display_field(name) {
                assert!(table.fields.contains_key(display), "{name} shows {display}");
            }
            for field in dictionary.indexed(name) {
                assert!(table.fields.contains_key(field), "{name} is kept by {field}");
            }
            for (field, definition) in &table.fields {
                let to = definition.to.as_deref().filter(|to| !to.is_empty());
                assert!(
                    to.is_none_or(|to| dictionary.table(to).is_some()),
                    "{name}.{field} refers to {to:?}"
                );
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
