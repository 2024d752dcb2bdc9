//! Lifecycle workflows: what there is, and runs on demand.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::governance::governed;

const PATH: &str = "/identityGovernance/lifecycleWorkflows/workflows";

#[tokio::test]
async fn a_run_does_its_tasks_to_its_people_and_is_kept() {
    let world = governed().await;
    let user = world.user_id("t.evans").await;
    let workflow = world.named(&format!("{PATH}?$filter=category eq 'leaver'"), "Last day").await;
    let one = format!("{PATH}/{}", workflow["id"].as_str().unwrap());
    let (_, read) = world.get(&format!("{one}?$expand=tasks")).await;
    assert_eq!(read["tasks"][0]["displayName"], "Disable user account");
    let subjects = json!({ "subjects": [{ "id": user }] });
    for (spelling, status) in [("activate", 204), ("microsoft.graph.identityGovernance.activate", 204)] {
        assert_eq!(world.verdict(&format!("{one}/{spelling}"), subjects.clone()).await.0, status);
    }
    world.advance("15s").await;
    let (_, left) = world.get(&format!("/users/{user}?$select=accountEnabled")).await;
    assert_eq!(left["accountEnabled"], false);
    assert!(!world.is_in_group("Sales CRM", &user).await);
    let (_, kept) = world.admin(Method::GET, "/azure_ad/governance", None).await;
    let runs = kept["workflow_runs"].as_array().unwrap();
    assert_eq!((runs.len(), &runs[0]["subjects"]), (2, &json!([user])));
    let results: Vec<&Value> =
        runs[0]["results"].as_array().unwrap().iter().map(|own| &own["result"]).collect();
    assert_eq!(results, ["completed", "completed"]);
}

#[tokio::test]
async fn a_run_that_does_not_fit_is_refused() {
    let world = governed().await;
    let user = world.user_id("t.evans").await;
    let workflow = world.named(PATH, "First day").await["id"].as_str().unwrap().to_owned();
    let retired = world.named(PATH, "Old offboarding").await["id"].as_str().unwrap().to_owned();
    let subjects = |count: usize, id: &str| json!({ "subjects": vec![json!({ "id": id }); count] });
    for (workflow, body, status) in [
        (workflow.as_str(), json!({}), 400),
        (&workflow, subjects(0, &user), 400),
        (&workflow, subjects(11, &user), 400),
        (&workflow, json!({ "subjects": [{}] }), 400),
        (&workflow, json!({ "subjects": "all" }), 400),
        (&workflow, subjects(1, "nobody"), 404),
        (&retired, subjects(1, &user), 400),
        ("nothing", subjects(1, &user), 404),
        (&workflow, subjects(10, &user), 204),
    ] {
        let path = format!("{PATH}/{workflow}/activate");
        assert_eq!(world.verdict(&path, body.clone()).await.0, status, "{body}");
    }
    assert_eq!(world.get(&format!("{PATH}/nothing")).await.0, StatusCode::NOT_FOUND);
}
