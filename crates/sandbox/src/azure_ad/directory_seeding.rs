//! What a company's seed says of its directory besides people and groups: domains, licences, roles, devices, methods.
//!
//! Like all seeded objects these are not in the change log.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::applications::consents;
use crate::azure_ad::applications::service_principals;
use crate::azure_ad::licensing::licences::{self, State};
use crate::azure_ad::logs::activity::{self, SignIn};
use crate::azure_ad::members::directory_roles;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::methods::{
    self, AUTHENTICATOR, EMAIL, FIDO2, MethodType, SOFTWARE_OATH, WINDOWS_HELLO,
};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::built_in_roles::built_in;
use crate::ids;
use crate::seed::company::Company;
use crate::seed::directory::{
    Authentication, DeviceSeed, DirectorySeed, DomainSeed, MethodsSeed, PlanSeed, SkuSeed,
};

/// Puts the seed of the directory into a tenant that has its people, groups and applications.
pub(crate) fn seed(tenant: &mut Tenant, company: &Company) {
    let seed = &company.azure_ad.directory;
    tenant.settings.founded = company.founded;
    tenant.settings.access_pass = seed.access_pass.clone();
    let own =
        DomainSeed { name: company.domain.clone(), authentication: Authentication::Managed, verified: true };
    tenant.directory.insert(domain(&own, true));
    for other in &seed.domains {
        tenant.directory.insert(domain(other, false));
    }
    service_principals::seed(tenant);
    for sku in &seed.skus {
        let sku = product(&tenant.id, sku);
        tenant.directory.insert(sku);
    }
    licences(tenant, company);
    for role in &seed.roles {
        let Some(template) = built_in(&role.role) else { continue };
        let mut object = directory_roles::role(template);
        object.members = role.members.iter().map(|key| member_id(company, key)).collect();
        let apps = company.azure_ad.apps.iter().filter(|app| role.apps.contains(&app.key));
        object.members.extend(apps.map(|app| consents::principal_id(&app.client_id())));
        tenant.directory.insert(object);
    }
    for device in &seed.devices {
        tenant.directory.insert(machine(company.founded, device));
    }
    for methods in &seed.methods {
        for method in registered(&seconds(company.founded), methods) {
            tenant.directory.insert(method);
        }
    }
    sign_ins(tenant, company, seed);
}

fn member_id(company: &Company, key: &str) -> String {
    let group = company.groups.iter().find(|group| group.key == key);
    group.map_or_else(|| ids::guid("user", key), |group| group.object_id())
}

fn domain(seed: &DomainSeed, own: bool) -> Object {
    let authentication =
        if seed.authentication == Authentication::Federated { "Federated" } else { "Managed" };
    let services: &[&str] = if seed.verified { &["Email", "OfficeCommunicationsOnline"] } else { &[] };
    let fields = [
        ("authenticationType", json!(authentication)),
        ("isAdminManaged", json!(true)),
        ("isDefault", json!(own)),
        ("isInitial", json!(own)),
        ("isRoot", json!(true)),
        ("isVerified", json!(seed.verified)),
        ("passwordNotificationWindowInDays", json!(14)),
        ("passwordValidityPeriodInDays", json!(i32::MAX)),
        ("supportedServices", json!(services)),
    ];
    Object::new(Kind::Domain, seed.name.to_ascii_lowercase(), set(fields))
}

fn product(tenant_id: &str, seed: &SkuSeed) -> Object {
    let plan = |plan: &PlanSeed| {
        json!({
            "servicePlanId": plan.id, "servicePlanName": plan.name, "provisioningStatus": "Success",
            "appliesTo": "User",
        })
    };
    let hidden = |plan: &PlanSeed| json!({ "servicePlanId": plan.id, "service": plan.service });
    let fields = [
        ("accountId", json!(tenant_id)),
        ("accountName", json!("sandbox")),
        ("appliesTo", json!("User")),
        ("capabilityStatus", json!("Enabled")),
        ("consumedUnits", json!(0)),
        ("prepaidUnits", json!({ "enabled": seed.seats, "suspended": 0, "warning": 0, "lockedOut": 0 })),
        ("servicePlans", seed.plans.iter().map(plan).collect()),
        ("skuId", json!(seed.id)),
        ("skuPartNumber", json!(seed.part_number)),
        ("subscriptionIds", json!([ids::guid("subscription", &seed.part_number)])),
        ("plans", seed.plans.iter().map(hidden).collect()),
    ];
    Object::new(Kind::SubscribedSku, format!("{tenant_id}_{}", seed.id), set(fields))
}

/// Direct licences of people, those of groups, and what members inherit from them.
fn licences(tenant: &mut Tenant, company: &Company) {
    let seed = &company.azure_ad.directory;
    let since = seconds(company.founded);
    let sku_id = |part_number: &str| {
        seed.skus
            .iter()
            .find(|sku| sku.part_number == part_number)
            .map(|sku| sku.id.clone())
            .unwrap_or_default()
    };
    for group in &company.groups {
        let own = seed.licences.iter().filter(|licence| licence.groups.contains(&group.key));
        let own: Vec<Value> =
            own.map(|licence| json!({ "skuId": sku_id(&licence.sku), "disabledPlans": [] })).collect();
        if !own.is_empty() {
            tenant.directory.set(Kind::Group, &group.object_id(), "assignedLicenses", json!(own));
        }
    }
    for person in &company.people {
        let state = |sku: &str, group: Option<String>| State {
            sku: sku_id(sku),
            group,
            disabled: Vec::new(),
            error: None,
            since: since.clone(),
        };
        let mut states = Vec::new();
        for licence in &seed.licences {
            if licence.people.contains(&person.key) {
                states.push(state(&licence.sku, None));
            }
            let groups = company.groups.iter().filter(|group| licence.groups.contains(&group.key));
            let through = groups.filter(|group| group.members.contains(&person.key));
            states.extend(through.map(|group| state(&licence.sku, Some(group.object_id()))));
        }
        if states.is_empty() {
            continue;
        }
        for (name, value) in licences::properties(tenant, &states) {
            tenant.directory.set(Kind::User, &person.object_id(), &name, value);
        }
    }
}

fn machine(founded: Timestamp, seed: &DeviceSeed) -> Object {
    let fields = [
        ("accountEnabled", json!(true)),
        ("approximateLastSignInDateTime", json!(seconds(founded))),
        ("deviceId", json!(ids::guid("device id", &seed.key))),
        ("deviceOwnership", json!("Company")),
        ("deviceVersion", json!(2)),
        ("displayName", json!(seed.key)),
        ("isCompliant", json!(seed.compliant)),
        ("isManaged", json!(true)),
        ("isRooted", json!(false)),
        ("managementType", json!("MDM")),
        ("manufacturer", json!(seed.manufacturer)),
        ("model", json!(seed.model)),
        ("operatingSystem", json!(seed.system)),
        ("operatingSystemVersion", json!(seed.system_version)),
        ("profileType", json!("RegisteredDevice")),
        ("registrationDateTime", json!(seconds(founded))),
        ("trustType", json!("AzureAd")),
    ];
    let mut device = Object::new(Kind::Device, seed.object_id(), set(fields));
    device.owners.insert(ids::guid("user", &seed.owner));
    device
}

/// The methods a person has registered.
fn registered(since: &str, seed: &MethodsSeed) -> Vec<Object> {
    let user = ids::guid("user", &seed.person);
    let mut all = Vec::new();
    for (phone_type, number) in [("mobile", &seed.mobile), ("office", &seed.office)] {
        all.extend(number.as_ref().map(|number| methods::phone(&user, phone_type, number, since)));
    }
    let mut add = |method_type: MethodType, fields: Value| {
        let mut properties = Map::new();
        properties.insert("createdDateTime".to_owned(), json!(since));
        properties.extend(fields.as_object().cloned().unwrap_or_default());
        all.push(methods::method(&user, method_type, None, properties));
    };
    if let Some(name) = &seed.authenticator {
        add(
            AUTHENTICATOR,
            json!({ "displayName": name, "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.8.20" }),
        );
    }
    if let Some(name) = &seed.fido2 {
        let model = json!({
            "displayName": name, "aaGuid": "2fc0579f-8113-47ea-b116-bb5a8db9202a", "model": "YubiKey 5 Series with NFC",
            "attestationCertificates": [], "attestationLevel": "attested", "passkeyType": "deviceBound",
            "publicKeyCredential": null,
        });
        add(FIDO2, model);
    }
    if let Some(address) = &seed.email {
        add(EMAIL, json!({ "emailAddress": address }));
    }
    if let Some(name) = &seed.windows_hello {
        add(WINDOWS_HELLO, json!({ "displayName": name, "keyStrength": "normal" }));
    }
    if seed.software_oath {
        add(SOFTWARE_OATH, json!({ "secretKey": null }));
    }
    all
}

/// When people last signed in. Blocked accounts that are not named never did.
fn sign_ins(tenant: &mut Tenant, company: &Company, seed: &DirectorySeed) {
    let Some(sign_ins) = &seed.sign_ins else { return };
    for person in company.people.iter().filter(|person| !sign_ins.never.contains(&person.key)) {
        let usual = person.enabled.then_some(sign_ins.usual);
        let Some(at) = sign_ins.last.get(&person.key).copied().or(usual) else { continue };
        let request_id = ids::guid("seeded sign-in", &person.key);
        for interactive in [true, false] {
            let sign_in = SignIn { at, request_id: &request_id, interactive, successful: true };
            activity::record(tenant, &person.object_id(), sign_in);
        }
    }
}

fn set<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
