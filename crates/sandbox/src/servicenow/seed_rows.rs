//! The company as rows of the instance.
//!
//! Owns the translation of a seed into records. Runs once, before the first request.
//! Source: reference section 17.4 for the ids of the platform's own records.

use std::collections::BTreeMap;

use crate::ids;
use crate::seed::company::{Asset, CatalogItem, Company, OauthClient, Office, Person, VariableType};
use crate::servicenow::api_keys::{ApiKey, ApiKeys};
use crate::servicenow::demo_rows;
use crate::servicenow::desk::Desk;
use crate::servicenow::platform::{self, role_id};
use crate::servicenow::sessions::{ACCESS_SECONDS, Sessions};
use crate::servicenow::stamp;
use crate::servicenow::webhook::{Rule, Webhook};

const SERVICE_CATALOG: &str = "e0d08b13c3330100c8b837659bba8fb4";
/// Password of the administrator every developer instance begins with; this one guards nothing.
const ADMIN_PASSWORD: &str = "admin";

/// Fills an empty instance.
pub(crate) fn fill(desk: &mut Desk, sessions: &mut Sessions, company: &Company) {
    let mut rows = Rows { desk, founded: stamp::raw(company.founded), people: people(company) };
    demo(&mut rows, company);
    sessions.add_password("admin", ADMIN_PASSWORD);
    let home = ids::hex32("core_company", &company.company);
    rows.add("core_company", &home, &[("name", &company.company), ("customer", "false")]);
    let departments = departments(&mut rows, company, &home);
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
    let offices = company.offices.iter().map(|office| (office.key.as_str(), office)).collect();
    for person in company.instance_people() {
        account(
            &mut rows,
            company,
            person,
            &Around { home: &home, departments: &departments, offices: &offices },
        );
    }
    for group in &company.servicenow.assignment_groups {
        let manager = rows.person(group.manager.as_deref());
        let description = group.description.as_deref().unwrap_or_default();
        let fields = [("name", group.name.as_str()), ("description", description), ("manager", &manager)];
        rows.add("sys_user_group", &group.sys_id(), &fields);
        for member in &group.members {
            let id = ids::hex32("sys_user_grmember", &format!("{}/{member}", group.key));
            let user = rows.person(Some(member));
            rows.add("sys_user_grmember", &id, &[("user", &user), ("group", &group.sys_id())]);
        }
    }
    for item in &company.servicenow.catalog_items {
        catalog_item(&mut rows, company, item);
    }
    for client in &company.servicenow.clients {
        oauth_client(&mut rows, sessions, client);
    }
    for asset in &company.servicenow.assets {
        hardware(&mut rows, company, asset);
    }
    rows.desk.outbox.configure(webhook(company));
}

/// Where the company's changes are sent.
fn webhook(company: &Company) -> Option<Webhook> {
    let seed = company.servicenow.webhook.as_ref()?;
    let tables = seed.tables.iter().map(|one| Rule::new(&one.table, &one.when)).collect();
    let user = seed.integration_user.as_deref().and_then(|key| company.person(key));
    let user = user.map(|person| company.upn(person)).unwrap_or_default();
    Some(Webhook::new(&seed.url, &seed.key, tables, &user))
}

struct Rows<'a> {
    desk: &'a mut Desk,
    founded: String,
    /// Key to the id of the account in the instance; large companies are not searched for each name.
    people: BTreeMap<&'a str, String>,
}

/// What an account refers to.
struct Around<'a> {
    home: &'a str,
    /// Key to id.
    departments: &'a BTreeMap<&'a str, String>,
    offices: &'a BTreeMap<&'a str, &'a Office>,
}

impl Rows<'_> {
    /// Stores a row with the defaults of its table, made by the administrator at the founding.
    fn add(&mut self, table: &str, id: &str, fields: &[(&str, &str)]) {
        self.desk.store.put(platform::row(table, id, &self.founded, fields));
    }

    /// The id of a person's account; empty where nobody is named.
    fn person(&self, key: Option<&str>) -> String {
        key.and_then(|key| self.people.get(key)).cloned().unwrap_or_default()
    }

    fn role(&mut self, user: &str, role: &str) {
        let id = ids::hex32("sys_user_has_role", &format!("{user}/{role}"));
        let role_id = role_id(role);
        if self.desk.store.get(&self.desk.dictionary, "sys_user_role", &role_id).is_none() {
            self.add("sys_user_role", &role_id, &[("name", role)]);
        }
        self.add("sys_user_has_role", &id, &[("user", user), ("role", &role_id)]);
    }
}

fn people(company: &Company) -> BTreeMap<&str, String> {
    company.people.iter().map(|person| (person.key.as_str(), person.sys_id())).collect()
}

/// The platform's own sample rows. A group of the company takes the place of the sample group of its name.
fn demo(rows: &mut Rows<'_>, company: &Company) {
    let groups = &company.servicenow.assignment_groups;
    let replaced = |name: &str| groups.iter().any(|group| group.name == name);
    for row in demo_rows::all() {
        if row.class != "sys_user_group" || !replaced(row.get("name")) {
            rows.desk.store.put(row.clone());
        }
    }
}

/// The departments with the ids they got, by key. One whose name the sample rows have is that one and keeps its head.
fn departments<'a>(rows: &mut Rows<'_>, company: &'a Company, home: &str) -> BTreeMap<&'a str, String> {
    let samples = demo_rows::ids_by("cmn_department", "name");
    let mut departments = BTreeMap::new();
    for department in &company.departments {
        let head = rows.person(Some(&department.head));
        let sample = samples.get(department.name.as_str()).copied();
        let id = sample.map_or_else(|| department.sys_id(), str::to_owned);
        let mut row =
            match sample.and_then(|id| rows.desk.store.get(&rows.desk.dictionary, "cmn_department", id)) {
                Some(row) => row.clone(),
                None => platform::row("cmn_department", &id, &rows.founded, &[("dept_head", &head)]),
            };
        row.set("name", department.name.as_str());
        row.set("id", department.key.as_str());
        row.set("primary_contact", head);
        row.set("company", home);
        rows.desk.store.put(row);
        departments.insert(department.key.as_str(), id);
    }
    departments
}

/// A laptop or the like, in the hands of a person or in the stockroom of an office.
fn hardware(rows: &mut Rows<'_>, company: &Company, asset: &Asset) {
    let office = asset.office.as_deref().and_then(|key| company.office(key));
    let location = office.map(Office::sys_id).unwrap_or_default();
    let room = ids::hex32("alm_stockroom", asset.office.as_deref().unwrap_or_default());
    if let Some(office) = office {
        let name = format!("Stockroom {}", office.name);
        rows.add("alm_stockroom", &room, &[("name", &name), ("location", &location)]);
    }
    let person = rows.person(asset.person.as_deref());
    let shown = format!("{} - {}", asset.tag, asset.model);
    let (status, substatus, room) =
        if person.is_empty() { ("6", "available", room.as_str()) } else { ("1", "", "") };
    let models = demo_rows::ids_by("cmdb_hardware_product_model", "display_name");
    let fields = [
        ("asset_tag", asset.tag.as_str()),
        ("serial_number", &asset.serial),
        ("display_name", &shown),
        ("model", models.get(asset.model.as_str()).copied().unwrap_or_default()),
        ("model_category", &demo_rows::invented("cmdb_model_category", "computer")),
        ("assigned_to", &person),
        ("location", &location),
        ("stockroom", room),
        ("install_status", status),
        ("substatus", substatus),
    ];
    rows.add("alm_hardware", &ids::hex32("alm_asset", &asset.tag), &fields);
}

fn account(rows: &mut Rows<'_>, company: &Company, person: &Person, around: &Around<'_>) {
    let (user_name, mail) = (company.upn(person), company.mail(person).unwrap_or_default());
    let (first, last) = person.names().unwrap_or((&person.name, ""));
    let office = person.office.as_deref().and_then(|key| around.offices.get(key));
    let department = person.department.as_deref().and_then(|key| around.departments.get(key));
    let manager = rows.person(person.manager.as_deref());
    let location = office.map(|one| one.sys_id()).unwrap_or_default();
    let object = person.object_id();
    let fields = [
        ("user_name", user_name.as_str()),
        ("first_name", first),
        ("last_name", last),
        ("name", &person.name),
        ("email", &mail),
        ("title", person.title.as_deref().unwrap_or_default()),
        ("employee_number", person.employee_id.as_deref().unwrap_or_default()),
        ("department", department.map_or("", String::as_str)),
        ("location", &location),
        ("city", office.map_or("", |one| &one.city)),
        ("country", office.map_or("", |one| &one.country_code)),
        ("manager", &manager),
        ("company", around.home),
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
    let people = people(company);
    for key in &company.servicenow.api_keys {
        let user = people.get(key.acts_as.as_str()).cloned().unwrap_or_default();
        keys.add(&key.token, ApiKey { user, expires: None, scopes: Vec::new() });
    }
    keys
}

/// The registry entry, the roles of its account, and the same secret as the account's password.
fn oauth_client(rows: &mut Rows<'_>, sessions: &mut Sessions, client: &OauthClient) {
    let user = rows.person(Some(&client.acts_as));
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
    let found = rows.desk.store.get(&rows.desk.dictionary, "sys_user", &user).cloned();
    if let Some(mut account) = found {
        account.set("web_service_access_only", "true");
        account.set("time_zone", "GMT");
        account.set("user_password", "set");
        sessions.add_password(account.get("user_name"), &client.secret);
        rows.desk.store.put(account);
    }
    sessions.add_client(&client.client_id(), &client.secret);
}
