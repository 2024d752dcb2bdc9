//! The company as rows of the instance.
//!
//! Owns the translation of a seed into records. Runs once, before the first request.
//! Source: reference section 17.4 for the ids of the platform's own records.

use crate::ids;
use crate::seed::company::{CatalogItem, Company, OauthClient, Person, VariableType};
use crate::servicenow::api_keys::{ApiKey, ApiKeys};
use crate::servicenow::desk::Desk;
use crate::servicenow::sessions::{ACCESS_SECONDS, Sessions};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;

const ADMIN: &str = "6816f79cc0a8016401c5a33be04be441";
const ADMIN_ROLE: &str = "2831a114c611228501d4ea6c309d626d";
const SERVICE_CATALOG: &str = "e0d08b13c3330100c8b837659bba8fb4";
/// Password of the administrator every developer instance begins with; this one guards nothing.
const ADMIN_PASSWORD: &str = "admin";

/// Fills an empty instance.
pub(crate) fn fill(desk: &mut Desk, sessions: &mut Sessions, company: &Company) {
    let mut rows = Rows { desk, founded: stamp::raw(company.founded) };
    platform(&mut rows);
    sessions.add_password("admin", ADMIN_PASSWORD);
    let home = ids::hex32("core_company", &company.company);
    rows.add("core_company", &home, &[("name", &company.company), ("customer", "false")]);
    for department in &company.departments {
        let head = person_id(company, &department.head);
        let fields = [
            ("name", department.name.as_str()),
            ("id", &department.key),
            ("dept_head", &head),
            ("company", &home),
        ];
        rows.add("cmn_department", &department.sys_id(), &fields);
    }
    for office in &company.offices {
        let full = format!("{}, {}", office.name, office.country);
        let fields = [
            ("name", office.name.as_str()),
            ("full_name", &full),
            ("street", &office.street),
            ("city", &office.city),
            ("zip", &office.postal_code),
            ("country", &office.country),
            ("company", &home),
        ];
        rows.add("cmn_location", &office.sys_id(), &fields);
    }
    for person in company.instance_people() {
        account(&mut rows, company, person, &home);
    }
    for group in &company.servicenow.assignment_groups {
        let manager = group.manager.as_deref().map(|key| person_id(company, key)).unwrap_or_default();
        let description = group.description.as_deref().unwrap_or_default();
        let fields = [("name", group.name.as_str()), ("description", description), ("manager", &manager)];
        rows.add("sys_user_group", &group.sys_id(), &fields);
        for member in &group.members {
            let id = ids::hex32("sys_user_grmember", &format!("{}/{member}", group.key));
            let user = person_id(company, member);
            rows.add("sys_user_grmember", &id, &[("user", &user), ("group", &group.sys_id())]);
        }
    }
    for item in &company.servicenow.catalog_items {
        catalog_item(&mut rows, company, item);
    }
    for client in &company.servicenow.clients {
        oauth_client(&mut rows, sessions, company, client);
    }
}

struct Rows<'a> {
    desk: &'a mut Desk,
    founded: String,
}

impl Rows<'_> {
    /// Stores a row with the defaults of its table, made by the administrator at the founding.
    fn add(&mut self, table: &str, id: &str, fields: &[(&str, &str)]) {
        let mut record = Record::new(table);
        if let Some(definition) = self.desk.dictionary.table(table) {
            for (name, field) in definition.fields.iter().filter(|(_, field)| !field.default.starts_with('@'))
            {
                record.set(name, field.default.as_str());
            }
            if definition.fields.contains_key("sys_class_name") {
                record.set("sys_class_name", table);
            }
        }
        for (by, at) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
            record.set(by, "admin");
            record.set(at, self.founded.as_str());
        }
        record.set("sys_mod_count", "0");
        record.set("sys_id", id);
        for (field, value) in fields {
            record.set(field, *value);
        }
        self.desk.store.put(record);
    }

    fn role(&mut self, user: &str, role: &str) {
        let id = ids::hex32("sys_user_has_role", &format!("{user}/{role}"));
        let role_id = role_id(role);
        if self.desk.store.get(self.desk.dictionary, "sys_user_role", &role_id).is_none() {
            self.add("sys_user_role", &role_id, &[("name", role)]);
        }
        self.add("sys_user_has_role", &id, &[("user", user), ("role", &role_id)]);
    }
}

fn role_id(role: &str) -> String {
    if role == "admin" { ADMIN_ROLE.to_owned() } else { ids::hex32("sys_user_role", role) }
}

fn person_id(company: &Company, key: &str) -> String {
    company.person(key).map(Person::sys_id).unwrap_or_default()
}

/// What every instance has: roles, choices, the table list, an administrator, the catalog.
fn platform(rows: &mut Rows<'_>) {
    for role in rows.desk.dictionary.role_names() {
        rows.add("sys_user_role", &role_id(&role), &[("name", &role)]);
    }
    let tables: Vec<(String, String, Option<String>)> = rows
        .desk
        .dictionary
        .tables()
        .map(|(name, table)| (name.to_owned(), table.label.clone(), table.parent.clone()))
        .collect();
    for (name, label, parent) in &tables {
        let parent = parent.as_deref().map(|parent| ids::hex32("sys_db_object", parent)).unwrap_or_default();
        let fields = [("name", name.as_str()), ("label", label), ("super_class", &parent)];
        rows.add("sys_db_object", &ids::hex32("sys_db_object", name), &fields);
        choices(rows, name);
    }
    let admin = [
        ("user_name", "admin"),
        ("first_name", "System"),
        ("last_name", "Administrator"),
        ("name", "System Administrator"),
        ("email", "admin@example.com"),
        ("user_password", "set"),
    ];
    rows.add("sys_user", ADMIN, &admin);
    rows.role(ADMIN, "admin");
    rows.add("sc_catalog", SERVICE_CATALOG, &[("title", "Service Catalog")]);
    let zone = [("name", "glide.sys.default.tz"), ("value", "GMT")];
    rows.add("sys_properties", &ids::hex32("sys_properties", "glide.sys.default.tz"), &zone);
}

/// One row for each choice of the fields a table shows.
fn choices(rows: &mut Rows<'_>, table: &str) {
    let Some(definition) = rows.desk.dictionary.table(table) else { return };
    let listed: Vec<(String, String, String, String)> =
        definition
            .fields
            .iter()
            .flat_map(|(name, field)| {
                field.choices.iter().enumerate().map(move |(at, (value, label))| {
                    (name.clone(), value.clone(), label.clone(), at.to_string())
                })
            })
            .collect();
    for (element, value, label, sequence) in &listed {
        let id = ids::hex32("sys_choice", &format!("{table}/{element}/{value}"));
        let fields = [
            ("name", table),
            ("element", element),
            ("value", value),
            ("label", label),
            ("sequence", sequence),
        ];
        rows.add("sys_choice", &id, &fields);
    }
}

fn account(rows: &mut Rows<'_>, company: &Company, person: &Person, home: &str) {
    let (user_name, mail) = (company.upn(person), company.mail(person).unwrap_or_default());
    let (first, last) = person.names().unwrap_or((&person.name, ""));
    let department = person.department.as_deref().and_then(|key| company.department(key));
    let office = person.office.as_deref().and_then(|key| company.office(key));
    let manager = person.manager.as_deref().map(|key| person_id(company, key)).unwrap_or_default();
    let (department, location) = (
        department.map(|one| one.sys_id()).unwrap_or_default(),
        office.map(|one| one.sys_id()).unwrap_or_default(),
    );
    let object = person.object_id();
    let fields = [
        ("user_name", user_name.as_str()),
        ("first_name", first),
        ("last_name", last),
        ("name", &person.name),
        ("email", &mail),
        ("title", person.title.as_deref().unwrap_or_default()),
        ("employee_number", person.employee_id.as_deref().unwrap_or_default()),
        ("department", &department),
        ("location", &location),
        ("city", office.map_or("", |one| &one.city)),
        ("country", office.map_or("", |one| &one.country_code)),
        ("manager", &manager),
        ("company", home),
        ("u_azure_id", &object),
    ];
    rows.add("sys_user", &person.sys_id(), &fields);
}

fn catalog_item(rows: &mut Rows<'_>, company: &Company, item: &CatalogItem) {
    let groups = &company.servicenow.assignment_groups;
    let group = item.group.as_deref().and_then(|key| groups.iter().find(|group| group.key == key));
    let group = group.map(|group| group.sys_id()).unwrap_or_default();
    let fields = [
        ("name", item.name.as_str()),
        ("short_description", &item.short_description),
        ("sc_catalogs", SERVICE_CATALOG),
        ("group", &group),
    ];
    rows.add("sc_cat_item", &item.sys_id(), &fields);
    for (at, variable) in item.variables.iter().enumerate() {
        let id = ids::hex32("item_option_new", &format!("{}/{}", item.key, variable.name));
        let (order, flag) = (((at + 1) * 100).to_string(), |on: bool| if on { "true" } else { "false" });
        let fields = [
            ("name", variable.name.as_str()),
            ("question_text", &variable.label),
            ("cat_item", &item.sys_id()),
            ("type", type_code(variable.variable_type)),
            ("mandatory", flag(variable.mandatory)),
            ("hidden", flag(variable.hidden)),
            ("reference", variable.reference.as_deref().unwrap_or_default()),
            ("order", &order),
        ];
        rows.add("item_option_new", &id, &fields);
        for (place, choice) in variable.choices.iter().enumerate() {
            let choice_id = ids::hex32("question_choice", &format!("{id}/{choice}"));
            let fields = [
                ("question", id.as_str()),
                ("text", choice),
                ("value", choice),
                ("order", &place.to_string()),
            ];
            rows.add("question_choice", &choice_id, &fields);
        }
    }
}

/// Source: reference section 11.1.
fn type_code(variable_type: VariableType) -> &'static str {
    match variable_type {
        VariableType::MultiLine => "2",
        VariableType::SelectBox => "5",
        VariableType::SingleLine => "6",
        VariableType::CheckBox => "7",
        VariableType::Reference => "8",
        VariableType::Date => "9",
    }
}

/// The keys the company's services call with.
pub(crate) fn api_keys(company: &Company) -> ApiKeys {
    let mut keys = ApiKeys::default();
    for key in &company.servicenow.api_keys {
        let user = person_id(company, &key.acts_as);
        keys.add(&key.token, ApiKey { user, expires: None, scopes: Vec::new() });
    }
    keys
}

/// The registry entry, the roles of its account, and the same secret as the account's password.
fn oauth_client(rows: &mut Rows<'_>, sessions: &mut Sessions, company: &Company, client: &OauthClient) {
    let user = person_id(company, &client.acts_as);
    let fields = [
        ("name", client.key.as_str()),
        ("client_id", &client.client_id()),
        ("user", &user),
        ("access_token_lifespan", &ACCESS_SECONDS.to_string()),
    ];
    rows.add("oauth_entity", &ids::hex32("oauth_entity_row", &client.key), &fields);
    for role in &client.roles {
        rows.role(&user, role);
    }
    let found = rows.desk.store.get(rows.desk.dictionary, "sys_user", &user).cloned();
    if let Some(mut account) = found {
        account.set("web_service_access_only", "true");
        account.set("time_zone", "GMT");
        account.set("user_password", "set");
        sessions.add_password(account.get("user_name"), &client.secret);
        rows.desk.store.put(account);
    }
    sessions.add_client(&client.client_id(), &client.secret);
}
