//! What a company's seed says of the tenant's governance, and the roles every tenant has.
//!
//! Like all seeded objects these are not in the change log.

use serde_json::{Map, Value, json};

use crate::azure_ad::governing::lifecycle_workflows as tasks;
use crate::azure_ad::governing::named_locations::{self, COUNTRY, IP};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::roles::role_definitions;
use crate::azure_ad::roles::role_holders::WHOLE;
use crate::azure_ad::state::governance::{Holding, Question, Schedule, ScheduleState, Sort};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::built_in_roles::{BUILT_IN, built_in};
use crate::ids;
use crate::seed::company::Company;
use crate::seed::governance::{
    AssignmentPolicySeed, LocationSeed, PackageSeed, PolicySeed, WorkflowCategory, WorkflowSeed, WorkflowTask,
};

/// Puts the seed of governance into a tenant that has its people and groups.
pub(crate) fn seed(tenant: &mut Tenant, company: &Company) {
    let seed = &company.azure_ad.governance;
    let founded = json!(seconds(company.founded));
    for role in BUILT_IN {
        tenant.directory.insert(role_definitions::definition(role));
    }
    for own in &seed.role_rules {
        if let Some(role) = built_in(&own.role) {
            tenant.governance.role_rules.insert(role.id.to_owned(), own.rules.clone());
        }
    }
    for eligible in &seed.eligible {
        let Some(role) = built_in(&eligible.role) else { continue };
        for person in &eligible.people {
            let holding = Holding {
                principal: ids::guid("user", person),
                role: role.id.to_owned(),
                scope: WHOLE.to_owned(),
            };
            let id = ids::guid("role schedule", &format!("{}/{person}", role.id));
            let (sort, state, start) = (Sort::Eligible, ScheduleState::Running, company.founded);
            tenant.governance.schedules.insert(id, Schedule { sort, holding, start, end: None, state });
        }
    }
    for object in seed.locations.iter().map(|own| location(own, &founded)) {
        tenant.directory.insert(object);
    }
    for object in seed.policies.iter().map(|own| policy(own, &founded)) {
        tenant.directory.insert(object);
    }
    for own in &seed.packages {
        package(tenant, own, &founded);
    }
    for object in seed.workflows.iter().map(|own| workflow(own, &founded)) {
        tenant.directory.insert(object);
    }
}

fn location(seed: &LocationSeed, founded: &Value) -> Object {
    let by_country = !seed.countries.is_empty();
    let mut properties = map([
        ("@odata.type", json!(if by_country { COUNTRY } else { IP })),
        ("displayName", json!(seed.name)),
        ("createdDateTime", founded.clone()),
        ("modifiedDateTime", founded.clone()),
    ]);
    properties.extend(if by_country {
        map([
            ("countriesAndRegions", json!(seed.countries)),
            ("countryLookupMethod", json!("clientIpAddress")),
            ("includeUnknownCountriesAndRegions", json!(false)),
        ])
    } else {
        let ranges: Vec<Value> = seed.ip_ranges.iter().map(|range| named_locations::range(range)).collect();
        map([("ipRanges", json!(ranges)), ("isTrusted", json!(seed.trusted))])
    });
    Object::new(Kind::NamedLocation, ids::guid("named location", &seed.key), properties)
}

fn policy(seed: &PolicySeed, founded: &Value) -> Object {
    let groups = |keys: &[String]| keys.iter().map(|key| ids::guid("group", key)).collect::<Vec<_>>();
    let everybody = if seed.groups.is_empty() { vec!["All"] } else { Vec::new() };
    let clients =
        if seed.client_app_types.is_empty() { json!(["all"]) } else { json!(seed.client_app_types) };
    let excluded: Vec<String> =
        seed.except_locations.iter().map(|key| ids::guid("named location", key)).collect();
    let locations = match excluded.is_empty() {
        true => Value::Null,
        false => json!({ "includeLocations": ["All"], "excludeLocations": excluded }),
    };
    let conditions = json!({
        "applications": {
            "includeApplications": ["All"], "excludeApplications": [], "includeUserActions": [],
            "includeAuthenticationContextClassReferences": [], "applicationFilter": null,
        },
        "authenticationFlows": null,
        "clientAppTypes": clients,
        "clientApplications": null,
        "devices": null,
        "insiderRiskLevels": null,
        "locations": locations,
        "platforms": null,
        "servicePrincipalRiskLevels": [],
        "signInRiskLevels": seed.sign_in_risk,
        "userRiskLevels": [],
        "users": {
            "includeUsers": everybody, "excludeUsers": [],
            "includeGroups": groups(&seed.groups), "excludeGroups": groups(&seed.except_groups),
            "includeRoles": [], "excludeRoles": [],
            "includeGuestsOrExternalUsers": null, "excludeGuestsOrExternalUsers": null,
        },
    });
    let properties = map([
        ("displayName", json!(seed.name)),
        ("state", json!(seed.state)),
        ("conditions", conditions),
        (
            "grantControls",
            json!({
                "operator": "OR", "builtInControls": seed.controls,
                "customAuthenticationFactors": [], "termsOfUse": [],
            }),
        ),
        ("sessionControls", Value::Null),
        ("createdDateTime", founded.clone()),
    ]);
    Object::new(Kind::ConditionalAccessPolicy, ids::guid("access policy", &seed.key), properties)
}

fn package(tenant: &mut Tenant, seed: &PackageSeed, founded: &Value) {
    let id = ids::guid("access package", &seed.key);
    let properties = map([
        ("displayName", json!(seed.name)),
        ("description", json!(seed.description)),
        ("isHidden", json!(seed.hidden)),
        ("createdDateTime", founded.clone()),
        ("modifiedDateTime", founded.clone()),
    ]);
    tenant.directory.insert(Object::new(Kind::AccessPackage, id.clone(), properties));
    let groups = seed.groups.iter().map(|key| ids::guid("group", key)).collect();
    tenant.governance.package_groups.insert(id.clone(), groups);
    for own in &seed.policies {
        let policy = assignment_policy(own, &id, founded);
        let question = |(place, text): (usize, &String)| Question {
            id: ids::guid("question", &format!("{}/{place}", own.key)),
            text: text.clone(),
            required: true,
        };
        let questions = own.questions.iter().enumerate().map(question).collect();
        tenant.governance.questions.insert(policy.id.clone(), questions);
        tenant.directory.insert(policy);
    }
}

fn assignment_policy(seed: &AssignmentPolicySeed, package: &str, founded: &Value) -> Object {
    let expiration = match seed.lasts {
        Some(span) => json!({ "type": "afterDuration", "duration": span.to_string(), "endDateTime": null }),
        None => json!({ "type": "noExpiration", "duration": null, "endDateTime": null }),
    };
    let properties = map([
        ("displayName", json!(seed.name)),
        ("description", json!(seed.name)),
        ("allowedTargetScope", json!("allMemberUsers")),
        ("createdDateTime", founded.clone()),
        ("modifiedDateTime", founded.clone()),
        ("expiration", expiration),
        (
            "requestApprovalSettings",
            json!({
                "isApprovalRequiredForAdd": seed.approval, "isApprovalRequiredForUpdate": false,
                "isRequestorJustificationRequired": seed.justification, "stages": [],
            }),
        ),
        (
            "requestorSettings",
            json!({
                "enableTargetsToSelfAddAccess": true, "enableTargetsToSelfRemoveAccess": true,
                "enableTargetsToSelfUpdateAccess": false, "allowCustomAssignmentSchedule": true,
                "enableOnBehalfRequestorsToAddAccess": false, "enableOnBehalfRequestorsToRemoveAccess": false,
                "enableOnBehalfRequestorsToUpdateAccess": false, "onBehalfRequestors": [],
            }),
        ),
        ("accessPackage", json!({ "id": package })),
    ]);
    Object::new(Kind::AssignmentPolicy, ids::guid("assignment policy", &seed.key), properties).of(package)
}

fn workflow(seed: &WorkflowSeed, founded: &Value) -> Object {
    let category = match seed.category {
        WorkflowCategory::Joiner => "joiner",
        WorkflowCategory::Mover => "mover",
        WorkflowCategory::Leaver => "leaver",
    };
    let all = seed.tasks.iter().enumerate();
    let tasks: Vec<Value> = all.map(|(place, sort)| task(seed, category, place, *sort)).collect();
    let properties = map([
        ("displayName", json!(seed.name)),
        ("description", json!(seed.description)),
        ("category", json!(category)),
        ("isEnabled", json!(seed.enabled)),
        ("isSchedulingEnabled", json!(false)),
        ("version", json!(1)),
        (
            "executionConditions",
            json!({ "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" }),
        ),
        ("createdDateTime", founded.clone()),
        ("lastModifiedDateTime", founded.clone()),
        ("tasks", json!(tasks)),
    ]);
    Object::new(Kind::LifecycleWorkflow, ids::guid("workflow", &seed.key), properties)
}

fn task(seed: &WorkflowSeed, category: &str, place: usize, sort: WorkflowTask) -> Value {
    let (definition, name, of_groups) = match sort {
        WorkflowTask::EnableAccount => (tasks::ENABLE, "Enable user account", false),
        WorkflowTask::DisableAccount => (tasks::DISABLE, "Disable user account", false),
        WorkflowTask::AddToGroups => (tasks::ADD_TO_GROUPS, "Add user to groups", true),
        WorkflowTask::RemoveFromGroups => {
            (tasks::REMOVE_FROM_GROUPS, "Remove user from selected groups", true)
        }
        WorkflowTask::RemoveFromAllGroups => {
            (tasks::REMOVE_FROM_ALL_GROUPS, "Remove user from all groups", false)
        }
        WorkflowTask::SendWelcomeMail => (tasks::WELCOME_MAIL, "Send Welcome Email", false),
        WorkflowTask::MakeAccessPass => (tasks::ACCESS_PASS, "Generate TAP and Send Email", false),
    };
    let groups: Vec<String> = seed.groups.iter().map(|key| ids::guid("group", key)).collect();
    let arguments = match of_groups {
        true => json!([{ "name": "groupID", "value": groups.join(",") }]),
        false => json!([]),
    };
    json!({
        "id": ids::guid("workflow task", &format!("{}/{place}", seed.key)),
        "category": category,
        "displayName": name,
        "description": null,
        "taskDefinitionId": definition,
        "isEnabled": true,
        "continueOnError": false,
        "executionSequence": place + 1,
        "arguments": arguments,
    })
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
