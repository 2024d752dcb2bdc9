//! `/identityGovernance/entitlementManagement/assignmentRequests`: asking for an access package, and following it.
//!
//! Source: microsoft-graph.md section 6.6.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::governing::access_delivery;
use crate::azure_ad::governing::access_relations::{get, list};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::form::{self, Form, SCHEDULE};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::governance::Step;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

const KIND: Kind = Kind::AssignmentRequest;

/// What an application may ask for.
const ADMIN: [&str; 3] = ["adminAdd", "adminUpdate", "adminRemove"];

const TYPES: &[&str] = &[
    "userAdd",
    "userUpdate",
    "userRemove",
    "adminAdd",
    "adminUpdate",
    "adminRemove",
    "systemAdd",
    "systemUpdate",
    "systemRemove",
    "onBehalfAdd",
    "approverRemove",
];

const ANSWER: &[(&str, Form)] = &[
    ("displayValue", Form::Text(true)),
    ("value", Form::Text(true)),
    (
        "answeredQuestion",
        Form::Part(&[
            ("id", Form::Text(false)),
            ("text", Form::Text(true)),
            ("isRequired", Form::Flag(true)),
            ("isAnswerEditable", Form::Flag(true)),
            ("sequence", Form::Number),
        ]),
    ),
];

const BODY: &[(&str, Form)] = &[
    ("requestType", Form::Member(TYPES, false)),
    ("justification", Form::Text(true)),
    ("answers", Form::Parts(ANSWER)),
    ("schedule", Form::Part(SCHEDULE)),
    ("assignment", Form::Open),
    ("accessPackage", Form::Open),
    ("requestor", Form::Open),
];

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identityGovernance/entitlementManagement/assignmentRequests", |tenant, request| {
        list(tenant, request, KIND)
    }),
    route::post("/identityGovernance/entitlementManagement/assignmentRequests", create),
    route::get(
        "/identityGovernance/entitlementManagement/assignmentRequests/{accessPackageAssignmentRequest-id}",
        |tenant, request| get(tenant, request, KIND),
    ),
    // The description lets only people cancel, so the gate refuses every application before this is reached.
    route::post(
        "/identityGovernance/entitlementManagement/assignmentRequests/{accessPackageAssignmentRequest-id}/cancel",
        |_, _| Err(GraphError::denied()),
    ),
    route::post(
        "/identityGovernance/entitlementManagement/assignmentRequests/{accessPackageAssignmentRequest-id}/reprocess",
        reprocess,
    ),
];

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = form::read(&request.object()?, BODY).map_err(GraphError::malformed)?;
    let sort = body.get("requestType").and_then(Value::as_str);
    let sort =
        sort.ok_or_else(|| GraphError::malformed("The property 'requestType' is required."))?.to_owned();
    if sort.starts_with("user") {
        // A user asks for themselves; a token of an application has none.
        return Err(GraphError::denied());
    }
    if !ADMIN.contains(&sort.as_str()) {
        return Err(GraphError::malformed(format!("The request type '{sort}' is not supported.")));
    }
    let mut properties = if sort == "adminAdd" {
        let add = adding(tenant, &body)?;
        refuse_by_policy(tenant, &body, add.get("policyId").and_then(Value::as_str).unwrap_or_default())?;
        add
    } else {
        changing(tenant, &body)?
    };
    if sort == "adminUpdate" && body.get("schedule").is_none_or(Value::is_null) {
        return Err(GraphError::malformed(
            "The property 'schedule' is required for the request type 'adminUpdate'.",
        ));
    }
    check_schedule(&body, request.now)?;
    let kept = |name: &str, other: Value| body.get(name).cloned().unwrap_or(other);
    let fields = [
        ("requestType", json!(sort)),
        ("state", json!("submitted")),
        ("status", json!("Accepted")),
        ("createdDateTime", json!(seconds(request.now))),
        ("completedDateTime", Value::Null),
        ("justification", kept("justification", Value::Null)),
        ("answers", kept("answers", json!([]))),
        ("schedule", kept("schedule", Value::Null)),
    ];
    properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    let id = tenant.fresh_id("assignment request");
    let object = Object::new(KIND, id.clone(), properties);
    let mut answer = Map::new();
    answer.insert(
        "@odata.context".to_owned(),
        json!(request.context(&format!("{}/$entity", KIND.collection()))),
    );
    answer.extend(object.view(None));
    tenant.create(request.now, object);
    let wait = tenant.governance.switches.step_ms;
    tenant.governance.plan_in(request.now, wait, Step::AdvanceRequest(id));
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(answer)))
}

/// What a new assignment relates to: package, policy and person, all there and fitting together.
fn adding(tenant: &Tenant, body: &Map<String, Value>) -> Result<Map<String, Value>, GraphError> {
    let assignment = &body.get("assignment").cloned().unwrap_or(Value::Null);
    let needed = |name: &str| {
        let text = assignment[name].as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| GraphError::malformed(format!("The property 'assignment/{name}' is required.")))
    };
    let (target, policy, package) =
        (needed("targetId")?, needed("assignmentPolicyId")?, needed("accessPackageId")?);
    let user = tenant.find(Kind::User, target).ok_or_else(|| missing(target))?;
    let package = tenant.find(Kind::AccessPackage, package).ok_or_else(|| missing(package))?;
    let policy = tenant.find(Kind::AssignmentPolicy, policy).ok_or_else(|| missing(policy))?;
    if policy.parent.as_deref() != Some(package.id.as_str()) {
        return Err(GraphError::malformed("The assignment policy does not belong to the access package."));
    }
    let of_package =
        |object: &Object| object.properties.get("accessPackage").is_some_and(|own| own["id"] == package.id);
    let has = |own: &Object| {
        access_delivery::target(own) == user.id && of_package(own) && own.text("state") != Some("expired")
    };
    let asks = |own: &Object| {
        let open =
            matches!(own.text("state"), Some("submitted" | "pendingApproval" | "scheduled" | "delivering"));
        let for_user = own.properties.get("requestor").is_some_and(|subject| subject["objectId"] == user.id);
        open && for_user && of_package(own)
    };
    if tenant.live(Kind::Assignment).any(has) || tenant.live(KIND).any(asks) {
        return Err(GraphError::malformed(
            "The target already has an assignment or an open request for the access package.",
        ));
    }
    let fields = [
        ("accessPackage", json!({ "id": package.id })),
        ("requestor", subject(user)),
        ("policyId", json!(policy.id)),
    ];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The same for an assignment that is there already.
fn changing(tenant: &Tenant, body: &Map<String, Value>) -> Result<Map<String, Value>, GraphError> {
    let id = body.get("assignment").and_then(|assignment| assignment["id"].as_str());
    let id = id.ok_or_else(|| GraphError::malformed("The property 'assignment/id' is required."))?;
    let assignment = tenant.find(Kind::Assignment, id).ok_or_else(|| missing(id))?;
    if !matches!(assignment.text("state"), Some("delivered" | "partiallyDelivered" | "deliveryFailed")) {
        return Err(GraphError::malformed("The assignment cannot be changed in its current state."));
    }
    let kept = |name: &str| assignment.properties.get(name).cloned().unwrap_or(Value::Null);
    let fields = [
        ("accessPackage", kept("accessPackage")),
        ("requestor", kept("target")),
        ("policyId", kept("assignmentPolicy")["id"].clone()),
        ("assignment", json!({ "id": assignment.id })),
    ];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Refuses a request that lacks the reason or an answer its policy asks for.
fn refuse_by_policy(tenant: &Tenant, body: &Map<String, Value>, policy: &str) -> Result<(), GraphError> {
    let settings = tenant.find(Kind::AssignmentPolicy, policy);
    let settings = settings.and_then(|policy| policy.properties.get("requestApprovalSettings"));
    let filled =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    if settings.is_some_and(|own| own["isRequestorJustificationRequired"] == true)
        && !filled(body.get("justification"))
    {
        return Err(GraphError::malformed("The policy of the access package requires a justification."));
    }
    let answers = body.get("answers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let answered = |id: &str| {
        answers.iter().any(|own| {
            own["answeredQuestion"]["id"] == id && filled(own.get("value").or(own.get("displayValue")))
        })
    };
    let questions = tenant.governance.questions.get(policy).map(Vec::as_slice).unwrap_or_default();
    match questions.iter().find(|question| question.required && !answered(&question.id)) {
        Some(question) => Err(GraphError::malformed(format!(
            "The policy of the access package requires an answer to the question '{}'.",
            question.id
        ))),
        None => Ok(()),
    }
}

/// Refuses a schedule that is over already or lacks what its expiration needs.
fn check_schedule(body: &Map<String, Value>, now: Timestamp) -> Result<(), GraphError> {
    let Some(schedule) = body.get("schedule").filter(|schedule| !schedule.is_null()) else { return Ok(()) };
    let expiration = &schedule["expiration"];
    let ends = matches!(expiration["type"].as_str(), Some("afterDateTime" | "afterDuration"));
    let start = schedule["startDateTime"].as_str().and_then(|text| text.parse().ok()).unwrap_or(now).max(now);
    if ends && access_delivery::ends(expiration, start).is_none_or(|end| end <= start) {
        return Err(GraphError::malformed("The schedule of the request is not valid."));
    }
    Ok(())
}

/// A user as entitlement management knows them.
fn subject(user: &Object) -> Value {
    json!({
        "id": ids::guid("subject", &user.id),
        "objectId": user.id,
        "displayName": user.text("displayName"),
        "email": user.text("mail"),
        "principalName": user.text("userPrincipalName"),
        "onPremisesSecurityIdentifier": null,
        "subjectLifecycle": "notDefined",
        "subjectType": "user",
    })
}

fn missing(id: &str) -> GraphError {
    GraphError::new(StatusCode::NOT_FOUND, "ResourceNotFound", format!("The resource '{id}' was not found."))
}

fn reprocess(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = entity::found(tenant, request.key(0), KIND)?.id.clone();
    if !access_delivery::reprocess(tenant, request.now, &id) {
        return Err(GraphError::malformed("The request cannot be reprocessed in its current state."));
    }
    Ok(Reply::Accepted(Vec::new()))
}
