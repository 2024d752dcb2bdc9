//! Every audited activity over HTTP: what is done, and the record it leaves, by name, category, operation and service.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::{World, read};
use crate::governance::SECURITY_READER;
use crate::steps::{filled, world_of_everything};

const AUDITS: &str = "/auditLogs/directoryAudits";
const CORE: &str = "Core Directory";
const READER: &str = SECURITY_READER;

/// What is done (method, path, body), and what the newest record of that name says: activity, category, operation,
/// service, types of targets.
const ROLES: &str = r#"
POST /directoryRoles/{role:User Administrator}/members/$ref | {"@odata.id": "https://x/{user:t.vik}"} | Add member to role | RoleManagement | Assign | Core Directory | User, Role
DELETE /directoryRoles/{role:User Administrator}/members/{user:t.vik}/$ref | null | Remove member from role | RoleManagement | Unassign | Core Directory | User, Role
POST /roleManagement/directory/roleAssignments | {"principalId": "{user:t.vik}", "roleDefinitionId": "READER", "directoryScopeId": "/"} | Add member to role | RoleManagement | Assign | Core Directory | User, Role
DELETE /roleManagement/directory/roleAssignments/{last} | null | Remove member from role | RoleManagement | Unassign | Core Directory | User, Role
POST /roleManagement/directory/roleEligibilityScheduleRequests | {"action": "adminAssign", SCHEDULE} | Add eligible member to role | RoleManagement | Assign | Core Directory | User, Role
POST /roleManagement/directory/roleEligibilityScheduleRequests | {"action": "adminRemove", SCHEDULE} | Remove eligible member from role | RoleManagement | Unassign | Core Directory | User, Role
POST /roleManagement/directory/roleAssignmentScheduleRequests | {"action": "adminAssign", SCHEDULE} | Add member to role in PIM requested (timebound) | RoleManagement | Assign | PIM | User, Role
POST /roleManagement/directory/roleAssignmentScheduleRequests | {"action": "adminRemove", SCHEDULE} | Remove member from role | RoleManagement | Unassign | Core Directory | User, Role
"#;

const SCHEDULE: &str = r#"
    "principalId": "{user:t.vik}", "roleDefinitionId": "READER", "directoryScopeId": "/",
    "justification": "RITM0010042", "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT8H"}}
"#;

const APPLICATIONS: &str = r#"
POST /users/a.berg@contoso.test/appRoleAssignments | {"principalId": "{user:a.berg}", "appRoleId": "NONE", TO} | Add app role assignment grant to user | UserManagement | Assign | Core Directory | User, ServicePrincipal
DELETE /users/a.berg@contoso.test/appRoleAssignments/{last} | null | Remove app role assignment from user | UserManagement | Unassign | Core Directory | User, ServicePrincipal
POST /servicePrincipals/{app:Microsoft Graph}/appRoleAssignedTo | {"principalId": "{group:VPN users}", "appRoleId": "NONE", TO} | Add app role assignment to group | GroupManagement | Assign | Core Directory | Group, ServicePrincipal
DELETE /servicePrincipals/{app:Microsoft Graph}/appRoleAssignedTo/{last} | null | Remove app role assignment from group | GroupManagement | Unassign | Core Directory | Group, ServicePrincipal
POST /servicePrincipals/{app:Microsoft Graph}/appRoleAssignedTo | {"principalId": "{app:Nobody consented}", "appRoleId": "df021288-bdef-4463-88db-98f22de89214", TO} | Add app role assignment to service principal | ApplicationManagement | Assign | Core Directory | ServicePrincipal
DELETE /servicePrincipals/{app:Microsoft Graph}/appRoleAssignedTo/{last} | null | Remove app role assignment from service principal | ApplicationManagement | Unassign | Core Directory | ServicePrincipal
"#;

const PACKAGES: &str = r#"
POST /identityGovernance/entitlementManagement/assignmentRequests | STRICT | Administrator directly assigns user to access package | EntitlementManagement | Update | Entitlement Management | Request, User
POST /_sandbox/azure_ad/access_requests/{last}/deny | null | Deny access package assignment request | EntitlementManagement | Update | Entitlement Management | Request, User
POST /identityGovernance/entitlementManagement/assignmentRequests | STRICT | Administrator directly assigns user to access package | EntitlementManagement | Update | Entitlement Management | Request, User
POST /_sandbox/azure_ad/access_requests/{last}/approve | null | Approve access package assignment request | EntitlementManagement | Update | Entitlement Management | Request, User
GET /organization | null | Fulfill access package assignment request | EntitlementManagement | Update | Entitlement Management | Request, User
PUT /_sandbox/azure_ad/governance/switches | {"delivery": "failed"} | | | | |
POST /identityGovernance/entitlementManagement/assignmentRequests | PLAIN | Administrator directly assigns user to access package | EntitlementManagement | Update | Entitlement Management | Request, User
GET /organization | null | Failed access package assignment request | EntitlementManagement | Update | Entitlement Management | Request, User
"#;

const OTHERS: &str = r##"
POST /users/t.vik@contoso.test/assignLicense | LICENCE | Change user license | UserManagement | Update | Core Directory | User
POST /users/t.vik@contoso.test/revokeSignInSessions | null | Update StsRefreshTokenValidFrom Timestamp | UserManagement | Update | Core Directory | User
POST /users/t.vik@contoso.test/authentication/phoneMethods | {"phoneNumber": "+47 40001099", "phoneType": "mobile"} | Admin registered security info | UserManagement | Add | Authentication Methods | User
PATCH /users/t.vik@contoso.test/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7 | {"phoneNumber": "+47 40001098"} | Admin updated security info | UserManagement | Update | Authentication Methods | User
DELETE /users/t.vik@contoso.test/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7 | null | Admin deleted security info | UserManagement | Delete | Authentication Methods | User
POST /identityProtection/riskyUsers/confirmCompromised | {"userIds": ["{user:t.vik}"]} | ConfirmCompromised | Other | Update | Identity Protection | User
POST /identityProtection/riskyUsers/dismiss | {"userIds": ["{user:t.vik}"]} | DismissUser | Other | Update | Identity Protection | User
POST /identityProtection/riskyUsers/confirmSafe | {"userIds": ["{user:t.vik}"]} | ConfirmSafe | Other | Update | Identity Protection | User
POST /groups/{group:Finance reports}/assignLicense | LICENCE | Set group license | GroupManagement | Update | Core Directory | Group
POST /groups | {"displayName": "Audited", "mailNickname": "audited", "mailEnabled": true, "securityEnabled": false, "groupTypes": ["Unified"]} | Add group | GroupManagement | Add | Core Directory | Group
PATCH /groups/{last} | {"description": "x"} | Update group | GroupManagement | Update | Core Directory | Group
POST /groups/{last}/owners/$ref | {"@odata.id": "https://x/{user:m.boss}"} | Add owner to group | GroupManagement | Assign | Core Directory | User, Group
POST /groups/{last}/owners/$ref | {"@odata.id": "https://x/{user:a.berg}"} | Add owner to group | GroupManagement | Assign | Core Directory | User, Group
DELETE /groups/{last}/owners/{user:a.berg}/$ref | null | Remove owner from group | GroupManagement | Unassign | Core Directory | User, Group
DELETE /groups/{last} | null | Delete group | GroupManagement | Delete | Core Directory | Group
POST /directory/deletedItems/{last}/restore | null | Restore group | GroupManagement | Restore | Core Directory | Group
DELETE /groups/{group:Finance reports} | null | Hard Delete group | GroupManagement | Delete | Core Directory | Group
PATCH /identity/conditionalAccess/policies/POLICY | {"state": "disabled"} | Update Conditional Access policy | Policy | Update | Core Directory | Policy
PATCH /identity/conditionalAccess/namedLocations/LOCATION | {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "Elsewhere"} | Update named location | Policy | Update | Core Directory | Policy
"##;

/// Does one thing after the other, a minute apart, and holds the newest record against what is expected of it.
async fn check(world: &World, table: &str) {
    let mut last = Value::Null;
    for row in table.lines().filter(|row| !row.is_empty()) {
        world.advance("1m").await;
        let (what, expected) = row.split_once(" | ").unwrap();
        let (body, expected) = expected.split_once(" | ").unwrap();
        let answer =
            perform(world, &filled(world, what, &last).await, &filled(world, body, &last).await).await;
        let expected: Vec<&str> = expected.split('|').map(str::trim).collect();
        if !expected[0].is_empty() {
            hold(world, &expected).await;
        }
        if answer["id"].is_string() {
            last = answer;
        }
    }
}

async fn perform(world: &World, what: &str, body: &str) -> Value {
    let (method, path) = what.split_once(' ').unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let method: Method = method.parse().unwrap();
    let (status, answer) = match path.strip_prefix("/_sandbox") {
        Some(path) => world.admin(method, path, Some(body).filter(|body| !body.is_null())).await,
        None if body.is_null() => read(world.graph(method, path).send().await.unwrap()).await,
        None => world.send(method, path, body).await,
    };
    assert!(status.is_success(), "{what}: {status} {answer}");
    answer
}

/// The newest record of an activity is a minute old at most and says what is expected.
async fn hold(world: &World, expected: &[&str]) {
    let activity = expected[0];
    let (_, page) = world.get(&format!("{AUDITS}?$filter=activityDisplayName eq '{activity}'&$top=1")).await;
    let record = &page["value"][0];
    let text = |part: &str| record[part].as_str().unwrap_or_default();
    let targets = record["targetResources"].as_array().into_iter().flatten();
    let types: Vec<&str> = targets.map(|target| target["type"].as_str().unwrap()).collect();
    let said = [
        text("activityDisplayName"),
        text("category"),
        text("operationType"),
        text("loggedByService"),
        &types.join(", "),
    ];
    assert_eq!(said, expected, "{page}");
    let (_, clock) = world.admin(Method::GET, "/clock", None).await;
    let now: jiff::Timestamp = clock["now"].as_str().unwrap().parse().unwrap();
    let at: jiff::Timestamp = text("activityDateTime").parse().unwrap();
    assert!(now.duration_since(at).as_secs() < 60, "{activity} at {at}, now {now}");
}

#[tokio::test]
async fn roles_and_privileged_access() {
    let world = world_of_everything().await;
    check(&world, &ROLES.replace("SCHEDULE", &SCHEDULE.replace('\n', "")).replace("READER", READER)).await;
}

#[tokio::test]
async fn applications() {
    let world = world_of_everything().await;
    let to = "\"resourceId\": \"{app:Microsoft Graph}\"";
    let none = "00000000-0000-0000-0000-000000000000";
    check(&world, &APPLICATIONS.replace("NONE", none).replace("TO}", &format!("{to}}}"))).await;
}

#[tokio::test]
async fn packages() {
    let world = world_of_everything().await;
    let at = |path: &str| format!("/identityGovernance/entitlementManagement/{path}");
    let (_, kept) = world.admin(Method::GET, "/azure_ad/governance", None).await;
    let questions = kept["questions"].as_object().unwrap().values();
    let question = questions.clone().find_map(|own| own.get(0)).unwrap()["id"].clone();
    let asked = async |package: &str, policy: &str| {
        let package = world.named(&at("accessPackages?$expand=assignmentPolicies"), package).await;
        let policies = package["assignmentPolicies"].as_array().unwrap();
        let policy = policies.iter().find(|own| own["displayName"] == policy).unwrap();
        json!({
            "requestType": "adminAdd", "justification": "Audit",
            "assignment": {
                "targetId": world.user_id("t.vik").await, "assignmentPolicyId": policy["id"],
                "accessPackageId": package["id"],
            },
            "answers": [{ "value": "All", "answeredQuestion": { "id": question } }],
        })
    };
    let strict = asked("Finance ledgers", "With approval").await;
    let mut plain = asked("Sales records", "Staff").await;
    plain.as_object_mut().unwrap().remove("answers");
    let table = PACKAGES.replace("STRICT", &strict.to_string()).replace("PLAIN", &plain.to_string());
    check(&world, &table).await;
}

#[tokio::test]
async fn users_groups_policies_and_risk() {
    let world = world_of_everything().await;
    let risky = json!({ "user": "t.vik@contoso.test", "riskLevel": "high" });
    assert!(world.admin(Method::POST, "/azure_ad/risk_detections", Some(risky)).await.0.is_success());
    let first = async |path: &str| {
        let (_, page) = world.get(path).await;
        page["value"][0]["id"].as_str().unwrap().to_owned()
    };
    let sku = "6fd2c87f-b296-42f0-b197-1e91e994b900";
    let licence = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [] }], "removeLicenses": [] });
    let location = first("/identity/conditionalAccess/namedLocations?$filter=displayName eq 'Offices'").await;
    let table = OTHERS
        .replace("LICENCE", &licence.to_string())
        .replace("POLICY", &first("/identity/conditionalAccess/policies").await)
        .replace("LOCATION", &location);
    check(&world, &table).await;
}

/// The names of the reference, by service and category.
const NAMES: &[(&str, &str, &[&str])] = &[
    (
        CORE,
        "UserManagement",
        &[
            "Add user",
            "Update user",
            "Delete user",
            "Hard Delete user",
            "Restore user",
            "Disable account",
            "Enable account",
            "Set user manager",
            "Change user license",
            "Update StsRefreshTokenValidFrom Timestamp",
            "Convert federated user to managed",
            "Reset password",
            "Change user password",
            "Set force change user password",
            "Disable Strong Authentication",
            "Enable Strong Authentication",
        ],
    ),
    (
        "Authentication Methods",
        "UserManagement",
        &[
            "Admin started password reset",
            "user started password reset",
            "User started password change",
            "Admin registered security info",
            "Admin updated security info",
            "Admin deleted security info",
            "User registered security info",
            "User deleted security info",
            "Suspicious activity reported",
            "Fraud reported - user is blocked for MFA",
        ],
    ),
    (
        CORE,
        "RoleManagement",
        &[
            "Add member to role",
            "Remove member from role",
            "Add eligible member to role",
            "Remove eligible member from role",
            "Add role assignment to role definition",
            "Add scoped member to role",
        ],
    ),
    (
        "PIM",
        "RoleManagement",
        &["Add member to role completed (PIM activation)", "Add member to role in PIM requested (timebound)"],
    ),
    (
        CORE,
        "ApplicationManagement",
        &[
            "Add service principal",
            "Add service principal credentials",
            "Add app role assignment to service principal",
            "Consent to application",
            "Update application - Certificates and secrets management",
            "Add delegated permission grant",
        ],
    ),
    (
        "Entitlement Management",
        "EntitlementManagement",
        &[
            "User requests access package assignment",
            "Approve access package assignment request",
            "Deny access package assignment request",
            "Administrator directly assigns user to access package",
            "Fulfill access package assignment request",
            "Failed access package assignment request",
        ],
    ),
    (
        "Identity Protection",
        "Other",
        &["ConfirmCompromised", "ConfirmSafe", "DismissUser", "ConfirmAccountCompromised"],
    ),
];

#[tokio::test]
async fn every_name_of_the_reference_can_be_injected_and_is_filed_right() {
    let world = world_of_everything().await;
    for (service, category, names) in NAMES {
        for name in *names {
            let body = json!({ "activity": name, "targets": ["a.berg@contoso.test"] });
            let (status, answer) = world.admin(Method::POST, "/azure_ad/audits", Some(body)).await;
            assert_eq!(status, StatusCode::CREATED, "{name}: {answer}");
            let (_, page) = world.get(&format!("{AUDITS}?$filter=activityDisplayName eq '{name}'")).await;
            let record = &page["value"][0];
            let filed = (&record["loggedByService"], &record["category"]);
            assert_eq!(filed, (&json!(service), &json!(category)), "{name}");
        }
    }
}
