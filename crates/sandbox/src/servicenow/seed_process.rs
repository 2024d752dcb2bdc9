//! What every instance has for its processes: change models, the board, a standard change, a record
//! producer, services of human resources.
//!
//! Owns rows of the platform itself; what is there already stays as it is. Runs once, after the
//! company is in. Source: reference sections 10.4, 10.8, 11 and 17.4; ids that the documentation
//! shows are used for what it shows.

use crate::ids;
use crate::seed::company::{Company, Person};
use crate::servicenow::desk::Desk;
use crate::servicenow::rules::change::BOARD;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;

const SERVICE_CATALOG: &str = "e0d08b13c3330100c8b837659bba8fb4";
const HELP_CATEGORY: &str = "e15706fc0a0a0aa7007fc21e1ab70c2f";
const CREATE_INCIDENT: &str = "3f1dd0320a0a0b99000a53f7604a2ef9";
const STANDARD_CHANGE: &str = "92b8544047810200e90d87e8dee490b0";
const SWITCH_TEMPLATE: &str = "1c8e02ec47410200e90d87e8dee49057";

/// Most heads of departments on the board.
const BOARD_MAX: usize = 3;

/// Roles that let an integration work with the cases of plugins too.
const CASE_ROLES: [&str; 2] = ["sn_si.analyst", "sn_hr_core.case_writer"];

/// Adds the rows.
pub(crate) fn fill(desk: &mut Desk, company: &Company) {
    let mut rows = Rows { desk, founded: stamp::raw(company.founded) };
    board(&mut rows, company);
    models(&mut rows);
    standard_change(&mut rows);
    incident_producer(&mut rows);
    for (name, value) in [("Onboarding", "onboarding"), ("Offboarding", "offboarding")] {
        let id = ids::hex32("sn_hr_core_service", value);
        rows.add("sn_hr_core_service", &id, &[("name", name), ("value", value)]);
    }
    for client in &company.servicenow.clients {
        let user = company.person(&client.acts_as).map(Person::sys_id).unwrap_or_default();
        for role in CASE_ROLES {
            let id = ids::hex32("sys_user_has_role", &format!("{user}/{role}"));
            let role = ids::hex32("sys_user_role", role);
            rows.add("sys_user_has_role", &id, &[("user", &user), ("role", &role)]);
        }
    }
}

struct Rows<'a> {
    desk: &'a mut Desk,
    founded: String,
}

impl Rows<'_> {
    /// Stores a row with the defaults of its table, unless there is one of that id.
    fn add(&mut self, table: &str, id: &str, fields: &[(&str, &str)]) {
        let Some(definition) = self.desk.dictionary.table(table) else { return };
        if self.desk.store.get(&self.desk.dictionary, table, id).is_some() {
            return;
        }
        let mut record = Record::new(table);
        for (name, field) in definition.fields.iter().filter(|(_, field)| !field.default.starts_with('@')) {
            record.set(name, field.default.as_str());
        }
        if definition.fields.contains_key("sys_class_name") {
            record.set("sys_class_name", table);
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

    /// Whether a table has a row whose field holds the value.
    fn has(&self, table: &str, field: &str, value: &str) -> bool {
        self.desk.store.find(&self.desk.dictionary, table, field, value).is_some()
    }
}

/// The group that authorizes changes: the first heads of departments.
fn board(rows: &mut Rows<'_>, company: &Company) {
    if rows.has("sys_user_group", "name", BOARD) {
        return;
    }
    let group = ids::hex32("sys_user_group", BOARD);
    rows.add("sys_user_group", &group, &[("name", BOARD), ("description", "Authorizes changes")]);
    for department in company.departments.iter().take(BOARD_MAX) {
        if let Some(head) = company.person(&department.head) {
            let id = ids::hex32("sys_user_grmember", &format!("{BOARD}/{}", department.head));
            rows.add("sys_user_grmember", &id, &[("user", &head.sys_id()), ("group", &group)]);
        }
    }
}

fn models(rows: &mut Rows<'_>) {
    let models = [
        ("Normal", "0", "true", "#6bc16b"),
        ("Standard", "e55d0bfec343101035ae3f52c1d3ae49", "false", "#488df4"),
        ("Emergency", "c0efda5347c12200e0ef563dbb9a81e3", "false", "#ea3423"),
    ];
    for (name, shown, default, color) in models {
        if rows.has("chg_model", "name", name) {
            continue;
        }
        let id = if shown == "0" { ids::hex32("chg_model", name) } else { shown.to_owned() };
        let (description, preset) =
            (format!("ITIL Mode 1 {name} Change"), format!("type={}^EQ", name.to_ascii_lowercase()));
        let fields = [
            ("name", name),
            ("sys_name", name),
            ("description", &description),
            ("record_preset", &preset),
            ("default_change_model", default),
            ("color", color),
        ];
        rows.add("chg_model", &id, &fields);
    }
}

fn standard_change(rows: &mut Rows<'_>) {
    let name = "Add network switch to datacenter cabinet";
    let template = "category=Network^risk=4^impact=3^short_description=Add network switch to cabinet\
        ^description=Adds one more switch to a cabinet that has room and power for it.\
        ^implementation_plan=Mount the switch, connect it, load the configuration.\
        ^backout_plan=Disconnect the switch and take it out.\
        ^test_plan=The switch answers and reports no errors.^EQ";
    let fields = [("name", name), ("table", "change_request"), ("template", template)];
    rows.add("sys_template", SWITCH_TEMPLATE, &fields);
    let version = ids::hex32("std_change_producer_version", STANDARD_CHANGE);
    let fields = [
        ("name", name),
        ("short_description", "Standard change template to add network switch to cabinet"),
        ("table_name", "change_request"),
        ("sc_catalogs", SERVICE_CATALOG),
        ("template", SWITCH_TEMPLATE),
        ("std_change_producer_version", &version),
    ];
    rows.add("std_change_record_producer", STANDARD_CHANGE, &fields);
    let shown = format!("{name} - 1");
    let fields = [("name", shown.as_str()), ("version", "1"), ("std_change_producer", STANDARD_CHANGE)];
    rows.add("std_change_producer_version", &version, &fields);
}

fn incident_producer(rows: &mut Rows<'_>) {
    let fields = [
        ("title", "Can We Help You?"),
        ("description", "Your IT gateway. Report issues and submit requests."),
        ("sc_catalog", SERVICE_CATALOG),
    ];
    rows.add("sc_category", HELP_CATEGORY, &fields);
    let fields = [
        ("name", "Create Incident"),
        ("short_description", "Create an Incident record to report and request assistance with an issue"),
        ("table_name", "incident"),
        ("sc_catalogs", SERVICE_CATALOG),
        ("category", HELP_CATEGORY),
    ];
    rows.add("sc_cat_item_producer", CREATE_INCIDENT, &fields);
    let questions = [
        ("urgency", "Urgency", "5", "false", "100"),
        ("short_description", "Short description", "6", "false", "200"),
        ("comments", "Please describe your issue below", "2", "true", "300"),
    ];
    for (name, text, kind, mandatory, order) in questions {
        let id = ids::hex32("item_option_new", &format!("{CREATE_INCIDENT}/{name}"));
        let fields = [
            ("name", name),
            ("question_text", text),
            ("cat_item", CREATE_INCIDENT),
            ("type", kind),
            ("mandatory", mandatory),
            ("map_to_field", "true"),
            ("field", name),
            ("order", order),
        ];
        rows.add("item_option_new", &id, &fields);
        if name == "urgency" {
            for (value, label) in [("1", "1 - High"), ("2", "2 - Medium"), ("3", "3 - Low")] {
                let choice = ids::hex32("question_choice", &format!("{id}/{value}"));
                let fields = [("question", id.as_str()), ("text", label), ("value", value), ("order", value)];
                rows.add("question_choice", &choice, &fields);
            }
        }
    }
}
