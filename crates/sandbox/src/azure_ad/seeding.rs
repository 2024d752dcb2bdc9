//! The tenant as a company's seed describes it.
//!
//! Seeded objects are not in the change log: for a delta round they have always been there.

use serde_json::{Map, Value, json};

use crate::azure_ad::directory_seeding;
use crate::azure_ad::governing::governance_seeding;
use crate::azure_ad::kernel::permissions;
use crate::azure_ad::logs::record_seeding;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::apps::Apps;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;
use crate::seed::company::{Company, DirectoryGroup, GroupKind, Person, UserType};

impl Tenant {
    /// A tenant with the company's people and groups.
    pub(crate) fn new(company: &Company) -> Self {
        let mut tenant = Self::empty(company.tenant_id(), company.company.clone(), company.domain.clone());
        tenant.apps = Apps::seeded(&company.azure_ad, &permissions::all());
        tenant.delta_page_size = company.azure_ad.delta_page_size;
        for person in &company.people {
            let mut user = Object::new(Kind::User, person.object_id(), user_properties(company, person));
            user.manager = person.manager.as_deref().map(|manager| ids::guid("user", manager));
            tenant.directory.insert(user);
        }
        for group in &company.groups {
            let mut object = Object::new(Kind::Group, group.object_id(), group_properties(company, group));
            object.members = group.members.iter().map(|key| member_id(company, key)).collect();
            object.owners = group.owners.iter().map(|key| ids::guid("user", key)).collect();
            tenant.directory.insert(object);
        }
        directory_seeding::seed(&mut tenant, company);
        governance_seeding::seed(&mut tenant, company);
        record_seeding::seed(&mut tenant, company);
        tenant.directory.tighten();
        tenant
    }
}

fn member_id(company: &Company, key: &str) -> String {
    match company.person(key) {
        Some(person) => person.object_id(),
        None => ids::guid("group", key),
    }
}

fn user_properties(company: &Company, person: &Person) -> Map<String, Value> {
    let upn = company.upn(person);
    let mail = company.mail(person);
    let office = person.office.as_deref().and_then(|key| company.office(key));
    let department = person.department.as_deref().and_then(|key| company.department(key));
    let names = person.names();
    let nickname = upn.split(['@', '#']).next().unwrap_or_default();
    let fields = [
        ("userPrincipalName", Some(json!(upn))),
        ("displayName", Some(json!(person.name))),
        ("givenName", names.map(|(given, _)| json!(given))),
        ("surname", names.map(|(_, surname)| json!(surname))),
        ("mailNickname", Some(json!(nickname))),
        ("mail", mail.as_ref().map(|mail| json!(mail))),
        ("proxyAddresses", mail.as_ref().map(|mail| json!([format!("SMTP:{mail}")]))),
        ("department", department.map(|department| json!(department.name))),
        ("companyName", (person.user_type == UserType::Member).then(|| json!(company.company))),
        ("officeLocation", office.map(|office| json!(office.name))),
        ("city", office.map(|office| json!(office.city))),
        ("streetAddress", office.map(|office| json!(office.street))),
        ("postalCode", office.map(|office| json!(office.postal_code))),
        ("country", office.map(|office| json!(office.country_code))),
        ("usageLocation", office.map(|office| json!(office.country_code))),
        ("jobTitle", person.title.as_ref().map(|title| json!(title))),
        ("employeeType", person.employee_type.as_ref().map(|kind| json!(kind))),
        ("employeeId", person.employee_id.as_ref().map(|id| json!(id))),
        ("accountEnabled", Some(json!(person.enabled))),
        ("userType", Some(json!(if person.user_type == UserType::Guest { "Guest" } else { "Member" }))),
        ("creationType", (person.user_type == UserType::Guest).then(|| json!("Invitation"))),
        ("onPremisesSyncEnabled", person.synced.then(|| json!(true))),
        ("createdDateTime", Some(json!(seconds(company.founded)))),
    ];
    set_fields(fields)
}

fn group_properties(company: &Company, group: &DirectoryGroup) -> Map<String, Value> {
    let (types, mail_enabled, security_enabled): (&[&str], bool, bool) = match group.kind {
        GroupKind::Security | GroupKind::Synced => (&[], false, true),
        GroupKind::Microsoft365 => (&["Unified"], true, false),
        GroupKind::Dynamic => (&["DynamicMembership"], false, true),
        GroupKind::MailEnabledSecurity => (&[], true, true),
        GroupKind::Distribution => (&[], true, false),
    };
    let mail = mail_enabled.then(|| format!("{}@{}", group.key, company.domain));
    let fields = [
        ("displayName", Some(json!(group.name))),
        ("description", group.description.as_ref().map(|text| json!(text))),
        ("mailNickname", Some(json!(group.key))),
        ("mail", mail.as_ref().map(|mail| json!(mail))),
        ("proxyAddresses", mail.as_ref().map(|mail| json!([format!("SMTP:{mail}")]))),
        ("groupTypes", Some(json!(types))),
        ("mailEnabled", Some(json!(mail_enabled))),
        ("securityEnabled", Some(json!(security_enabled))),
        ("isAssignableToRole", group.role_assignable.then(|| json!(true))),
        ("membershipRule", group.rule.as_ref().map(|rule| json!(rule))),
        ("membershipRuleProcessingState", (group.kind == GroupKind::Dynamic).then(|| json!("On"))),
        ("onPremisesSyncEnabled", (group.kind == GroupKind::Synced).then(|| json!(true))),
        ("visibility", (group.kind == GroupKind::Microsoft365).then(|| json!("Private"))),
        ("createdDateTime", Some(json!(seconds(company.founded)))),
        ("renewedDateTime", Some(json!(seconds(company.founded)))),
    ];
    set_fields(fields)
}

fn set_fields<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
