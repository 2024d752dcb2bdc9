//! Import sets: staging rows, transform maps with coalesce, and what rows learn of it.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

async fn import(client: &Client, body: Value) -> Answer {
    client.post("/api/now/import/u_imp_user", body).await
}

#[tokio::test]
async fn a_row_is_inserted_then_updated_then_ignored() {
    let client = Client::start().await.administrator();
    let row = json!({
        "u_user_name": "ann.lee", "u_first_name": "Ann", "u_last_name": "Lee", "u_department": "Sales",
        "u_manager": "L.Moreau@contoso.test", "u_no_such_column": "x" });
    let made = import(&client, row.clone()).await;
    let id = made.result()[0]["sys_id"].as_str().unwrap().to_owned();
    assert_eq!(made.status, 201);
    assert_eq!(
        made.body,
        json!({
            "import_set": "ISET0010001", "staging_table": "u_imp_user",
            "result": [{
                "transform_map": "User", "table": "sys_user", "display_name": "name", "display_value": "Ann Lee",
                "record_link": format!("{}/api/now/table/sys_user/{id}", client.instance()),
                "status": "inserted", "sys_id": id }] })
    );
    let fields = [("sysparm_fields", "department.name,manager.user_name,sys_mod_count")];
    let person = client.query("sys_user", "user_name=ann.lee", &fields).await;
    assert_eq!(
        person.result(),
        &json!([{ "department.name": "Sales", "manager.user_name": "l.moreau@contoso.test", "sys_mod_count": "0" }])
    );
    let again = import(&client, row).await;
    assert_eq!((&again.result()[0]["status"], &again.result()[0]["sys_id"]), (&json!("ignored"), &json!(id)));
    let changed = import(&client, json!({ "u_user_name": "ANN.LEE", "u_title": "Engineer" })).await;
    assert_eq!(
        (&changed.result()[0]["status"], &changed.result()[0]["sys_id"]),
        (&json!("updated"), &json!(id))
    );
    let states = client.query("u_imp_user", "ORDERBYsys_import_set.number", &[]).await;
    assert_eq!(states.column("sys_import_state"), "inserted ignored updated");
    assert_eq!(client.query("sys_import_set", "state=processed", &[]).await.header("x-total-count"), "3");
}

#[tokio::test]
async fn a_row_is_read_again_by_its_own_id() {
    let client = Client::start().await.administrator();
    let made = import(&client, json!({ "u_user_name": "bo" })).await;
    let row = made.header("location").rsplit('/').next().unwrap().to_owned();
    let read = client.get(&format!("/api/now/import/u_imp_user/{row}")).await;
    assert_eq!((read.status, &read.body), (200, &made.body));
    assert_eq!(client.get(&format!("/api/now/import/u_imp_user/{}", "0".repeat(32))).await.status, 404);
}

#[tokio::test]
async fn a_created_row_may_say_that_it_failed() {
    let client = Client::start().await.administrator();
    let hardware = |body: Value| {
        let client = client.clone();
        async move { client.post("/api/now/import/u_imp_hardware", body).await }
    };
    let rejected = hardware(json!({ "u_serial_number": "S1", "u_install_status": "Lost in space" })).await;
    assert_eq!(
        (rejected.status, rejected.result()),
        (
            201,
            &json!([{ "transform_map": "Hardware", "table": "alm_hardware", "status": "ignored",
            "status_message": "Choice 'Lost in space' for field 'install_status' was rejected" }])
        )
    );
    let made = hardware(json!({ "u_serial_number": "S1", "u_install_status": "In use", "u_model": "Laptop 14", "u_stockroom": "Cellar" })).await;
    assert_eq!(made.result()[0]["status"], "inserted");
    let fields = [("sysparm_fields", "install_status,model.name,stockroom.name")];
    assert_eq!(
        client.query("alm_hardware", "serial_number=S1", &fields).await.result(),
        &json!([{ "install_status": "1", "model.name": "Laptop 14", "stockroom.name": "Cellar" }])
    );
    // Without a key every row means a new record.
    for _ in 0..2 {
        assert_eq!(hardware(json!({ "u_asset_tag": "T" })).await.result()[0]["status"], "inserted");
    }
}

#[tokio::test]
async fn a_duplicate_in_the_target_is_an_error_inside_a_201() {
    let client = Client::start().await.administrator();
    let map = client.create("sys_transform_map", json!({ "name": "Group", "source_table": "u_imp_user", "target_table": "sys_user_group", "order": "200" })).await;
    let entry = json!({ "map": map, "source_field": "u_title", "target_field": "name" });
    client.create("sys_transform_entry", entry).await;
    let answer = import(&client, json!({ "u_user_name": "cy", "u_title": "Service Desk" })).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.result()[0]["status"], "inserted");
    assert_eq!(
        answer.result()[1],
        json!({ "transform_map": "Group", "table": "sys_user_group", "status": "error",
            "error_message": "Unique Key violation detected by database (Duplicate entry 'Service Desk' for key 'name')" })
    );
}

#[tokio::test]
async fn many_rows_are_transformed_later_unless_the_table_is_registered() {
    let client = Client::start().await.administrator();
    let body = json!({ "records": [{ "u_user_name": "dee" }, { "u_user_name": "eli" }] });
    let path = "/api/now/import/u_imp_user/insertMultiple";
    let answer = client.post(path, body.clone()).await;
    let set = answer.body["import_set_id"].as_str().unwrap().to_owned();
    assert_eq!((answer.status, answer.body["multi_import_set_id"].as_str().unwrap().len()), (201, 32));
    assert_eq!(client.field("sys_import_set", &set, "state").await, "loaded");
    assert_eq!(client.query("sys_user", "user_nameINdee,eli", &[]).await.header("x-total-count"), "0");
    client.advance("5s").await;
    assert_eq!(client.field("sys_import_set", &set, "state").await, "processed");
    let rows = client.query("u_imp_user", &format!("sys_import_set={set}"), &[]).await;
    assert_eq!(rows.column("sys_import_state"), "inserted inserted");
    client.create("sys_rest_insert_multiple", json!({ "source_table": "u_imp_user" })).await;
    let answer = client.post(path, body).await;
    let set = answer.body["import_set_id"].as_str().unwrap().to_owned();
    assert_eq!(client.field("sys_import_set", &set, "state").await, "processed");
}

#[tokio::test]
async fn what_is_no_staging_table_or_no_row_is_refused() {
    let client = Client::start().await;
    let admin = client.administrator();
    assert_eq!(import(&client, json!({ "u_user_name": "x" })).await.refusal().0, 403);
    let post = |path: &'static str, body: Value| {
        let admin = admin.clone();
        async move { admin.post(path, body).await }
    };
    assert_eq!(post("/api/now/import/u_none", json!({})).await.refusal().1, "Invalid table u_none");
    assert_eq!(
        post("/api/now/import/incident", json!({})).await.refusal().1,
        "Invalid staging table incident"
    );
    assert_eq!(
        post("/api/now/import/u_imp_user", json!([])).await.refusal().1,
        "Exception while reading request"
    );
    let path = "/api/now/import/u_imp_user/insertMultiple";
    assert_eq!(post(path, json!({})).await.refusal().1, "The records array is missing");
    assert_eq!(admin.get("/api/now/import").await.status, 400);
    assert_eq!(admin.delete("/api/now/import/u_imp_user/x").await.status, 405);
}
