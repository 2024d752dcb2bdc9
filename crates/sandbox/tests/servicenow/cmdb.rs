//! Configuration items through the CMDB Instance, CMDB Meta and Identification APIs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};

const LINUX: &str = "/api/now/cmdb/instance/cmdb_ci_linux_server";
/// The item of the documented sample, with two relations out and three in.
const SAMPLE: &str = "3a290cc60a0a0bb400000bdb386af1cf";
const DEPENDS_ON: &str = "1a9cb166f1571100a92eb60da2bce5c5";
const RECONCILE: &str = "/api/now/identifyreconcile";

async fn start() -> Client {
    Client::start().await.administrator()
}

fn attribute<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.result()["attributes"][name].as_str().unwrap()
}

#[tokio::test]
async fn a_list_has_names_and_ids_and_an_item_its_relations_both_ways() {
    let client = start().await;
    let list = client.get(&format!("{LINUX}?sysparm_query=nameSTARTSWITHPS%20LinuxApp01")).await;
    assert_eq!(list.body, json!({ "result": [{ "sys_id": SAMPLE, "name": "PS LinuxApp01" }] }));
    assert_eq!(
        client.get(&format!("{LINUX}?sysparm_limit=1&sysparm_offset=1")).await.column("name"),
        "PS LinuxApp02"
    );

    let item = client.get(&format!("{LINUX}/{SAMPLE}")).await;
    let manager = "5137153cc611227c000bbd1bd8cd2005";
    let expected = json!({ "display_value": "Fred Luddy", "value": manager,
        "link": format!("{}/api/now/table/sys_user/{manager}", client.instance()) });
    assert_eq!(item.result()["attributes"]["managed_by"], expected);
    assert_eq!(
        (attribute(&item, "ram"), attribute(&item, "sys_class_name")),
        ("2048", "cmdb_ci_linux_server")
    );
    let ends = |member: &str| {
        let list = item.result()[member].as_array().unwrap();
        let mut names: Vec<&str> =
            list.iter().map(|one| one["target"]["display_value"].as_str().unwrap()).collect();
        names.sort_unstable();
        names.join(",")
    };
    assert_eq!(ends("outbound_relations"), "PS ORA01,PS ORA01");
    assert_eq!(ends("inbound_relations"), "PS Apache01,PS Apache02,PS Apache03");
    let oracle = "3a307c930a0a0bb400353965d0b8861f";
    let outbound = item.result()["outbound_relations"].as_array().unwrap();
    let depends = outbound.iter().find(|one| one["type"]["value"] == DEPENDS_ON).unwrap();
    assert_eq!(
        depends,
        &json!({ "sys_id": "3a62e64ac0a8ce0100aead1e3fd5439f",
            "type": { "display_value": "Depends on::Used by", "value": DEPENDS_ON,
                "link": format!("{}/api/now/table/cmdb_rel_type/{DEPENDS_ON}", client.instance()) },
            "target": { "display_value": "PS ORA01", "value": oracle,
                "link": format!("{}/api/now/cmdb/instance/cmdb_ci/{oracle}", client.instance()) } })
    );
    let less = client.get(&format!("{LINUX}/{SAMPLE}?sysparm_fields=name&sysparm_relation_limit=1")).await;
    assert_eq!(less.result()["attributes"], json!({ "name": "PS LinuxApp01" }));
    assert_eq!(less.result()["inbound_relations"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_item_is_made_once_changed_related_and_unrelated() {
    let client = start().await;
    let body = json!({
        "attributes": { "name": "lnux999", "serial_number": "S-999", "cpu_count": 4 },
        "source": "ServiceNow",
        "outbound_relations": [{ "type": DEPENDS_ON, "target": SAMPLE }],
    });
    let made = client.post(LINUX, body.clone()).await;
    assert_eq!(made.status, 200, "{made:?}");
    let id = attribute(&made, "sys_id").to_owned();
    let told = ["name", "cpu_count", "discovery_source", "first_discovered", "used_for"]
        .map(|name| attribute(&made, name));
    assert_eq!(told, ["lnux999", "4", "ServiceNow", "2026-01-05 08:00:00", "Production"]);
    assert_eq!(made.result()["outbound_relations"][0]["target"]["value"], SAMPLE);

    // The same serial number is the same server: nothing is made twice, no relation either.
    let again = client.post(LINUX, body).await;
    assert_eq!(
        (attribute(&again, "sys_id"), again.result()["outbound_relations"].as_array().unwrap().len()),
        (id.as_str(), 1)
    );

    let path = format!("{LINUX}/{id}");
    let changed =
        client.patch(&path, json!({ "attributes": { "ram": "8192" }, "source": "ServiceNow" })).await;
    assert_eq!(
        (changed.status, attribute(&changed, "ram"), attribute(&changed, "cpu_count")),
        (200, "8192", "4")
    );
    let put = client
        .request(Method::PUT, &path)
        .json(&json!({ "attributes": { "ram": "1" }, "source": "ServiceNow" }));
    assert_eq!(attribute(&send(put).await, "ram"), "1");

    let related = client
        .post(
            &format!("{path}/relation"),
            json!({ "inbound_relations": [{ "type": DEPENDS_ON, "target": SAMPLE }] }),
        )
        .await;
    assert_eq!(related.status, 200, "{related:?}");
    let relation = related.result()["inbound_relations"][0]["sys_id"].as_str().unwrap();
    assert_eq!(client.field("cmdb_rel_ci", relation, "parent").await, SAMPLE);
    let left = client.delete(&format!("{path}/relation/{relation}")).await;
    assert_eq!((left.status, &left.result()["inbound_relations"]), (200, &json!([])));
    assert_eq!(client.delete(&format!("{path}/relation/{relation}")).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_about_an_item_is_said() {
    let client = start().await;
    let attributes = json!({ "name": "x" });
    for (body, expected) in [
        (json!({ "attributes": attributes }), "invalid data source []"),
        (json!({ "attributes": attributes, "source": "Nobody" }), "invalid data source [Nobody]"),
        (json!({ "source": "ServiceNow" }), "attributes"),
        (
            json!({ "attributes": attributes, "source": "ServiceNow", "inbound_relations": [{ "type": "no", "target": SAMPLE }] }),
            "relationship type [no]",
        ),
        (
            json!({ "attributes": attributes, "source": "ServiceNow", "outbound_relations": [{ "type": DEPENDS_ON, "target": "no" }] }),
            "target [no]",
        ),
    ] {
        let answer = client.post(LINUX, body).await;
        let (status, message, _) = answer.refusal();
        assert!(status == 400 && message.contains(expected), "{expected}: {answer:?}");
    }
    assert_eq!(client.query("cmdb_ci", "name=x", &[]).await.column("name"), "", "nothing was left behind");
    let missing = client.get(&format!("{LINUX}/{}", "0".repeat(32))).await;
    assert_eq!(missing.refusal().0, 404);
    for (method, path, status) in [
        (Method::GET, "/api/now/cmdb/instance/incident", 400),
        (Method::GET, "/api/now/cmdb/instance/no_such_class", 400),
        (Method::GET, "/api/now/cmdb/elsewhere/cmdb_ci", 400),
        (Method::DELETE, LINUX, 405),
        (Method::POST, "/api/now/cmdb/meta/cmdb_ci", 405),
    ] {
        assert_eq!(send(client.request(method, path)).await.status, status, "{path}");
    }
    let mut stranger = client.clone();
    stranger.authorize("Basic bm9ib2R5Om5vYm9keQ==");
    assert_eq!(stranger.get(LINUX).await.status, 401);
}

#[tokio::test]
async fn a_class_tells_its_columns_its_children_and_what_identifies_its_items() {
    let client = start().await;
    let answer = client.get("/api/now/v1/cmdb/meta/cmdb_ci_computer").await;
    let class = answer.result();
    assert_eq!(
        (&class["name"], &class["label"], &class["parent"]),
        (&json!("cmdb_ci_computer"), &json!("Computer"), &json!("cmdb_ci_hardware"))
    );
    assert_eq!(class["children"], json!(["cmdb_ci_pc_hardware", "cmdb_ci_server"]));
    let column = |name: &str| {
        class["attributes"].as_array().unwrap().iter().find(|one| one["element"] == name).unwrap()
    };
    assert_eq!(
        column("cpu_count"),
        &json!({ "element": "cpu_count", "label": "CPU count", "type": "integer", "max_length": "40",
            "default_value": null, "is_inherited": "false", "is_mandatory": "false", "is_read_only": "false", "is_display": "false" })
    );
    assert_eq!(
        (&column("name")["is_inherited"], &column("name")["is_display"]),
        (&json!("true"), &json!("true"))
    );
    let rules = &class["identification_rules"];
    let order: Vec<&Value> =
        rules["identifiers"].as_array().unwrap().iter().map(|one| &one["attributes"]).collect();
    assert_eq!(
        (&rules["applies_to"], order),
        (&json!("cmdb_ci_hardware"), vec![&json!("serial_number"), &json!("name")])
    );
}

#[tokio::test]
async fn items_are_found_again_made_and_related_in_one_request() {
    let client = start().await;
    let items = json!([
        { "className": "cmdb_ci_linux_server", "internal_id": "a", "values": { "serial_number": "S-1", "name": "one" } },
        { "className": "cmdb_ci_linux_server", "values": { "name": "PS LinuxApp01", "ram": 4096 } },
        { "className": "cmdb_ci_linux_server", "values": { "ram": "1" } },
        { "className": "incident", "values": { "name": "no item" } },
    ]);
    let body = json!({ "items": items, "relations": [
        { "type": "Runs on::Runs", "parent": 0, "child": 1 },
        { "type": DEPENDS_ON, "parent_id": "a", "child": 1 },
        { "type": "No such type", "parent": 0, "child": 1 },
    ] });
    let tell = |answer: &Answer, of: &str| {
        let list = answer.result()[of].as_array().unwrap();
        let told = list.iter().map(|one| match one["operation"].as_str() {
            Some(operation) => operation.to_owned(),
            None => one["errors"][0]["error"].as_str().unwrap().to_owned(),
        });
        told.collect::<Vec<_>>().join(" ")
    };
    let asked = client.post(&format!("{RECONCILE}/query?sysparm_data_source=ServiceNow"), body.clone()).await;
    assert_eq!(tell(&asked, "items"), "INSERT UPDATE MISSING_MATCHING_ATTRIBUTES INVALID_INPUT_DATA");
    assert_eq!(asked.result()["items"][0]["sysId"], "Unknown");
    assert_eq!(client.query("cmdb_ci", "name=one", &[]).await.column("name"), "", "asking writes nothing");

    let first = client.post(&format!("{RECONCILE}?sysparm_data_source=ServiceNow"), body.clone()).await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(tell(&first, "items"), "INSERT UPDATE MISSING_MATCHING_ATTRIBUTES INVALID_INPUT_DATA");
    assert_eq!(tell(&first, "relations"), "INSERT INSERT INVALID_INPUT_DATA");
    assert_eq!(first.result()["items"][1]["sysId"], SAMPLE);
    let attempts = first.result()["items"][1]["identificationAttempts"].as_array().unwrap();
    let outcomes: Vec<&str> = attempts.iter().map(|one| one["attemptResult"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["SKIPPED", "MATCHED"]);
    assert_eq!(client.field("cmdb_ci_linux_server", SAMPLE, "ram").await, "4096");
    assert_eq!(client.find("cmdb_ci", "name=one").await, first.result()["items"][0]["sysId"]);

    let second = client.post(&format!("{RECONCILE}/enhanced"), body).await;
    assert_eq!(tell(&second, "items"), "NO_CHANGE NO_CHANGE MISSING_MATCHING_ATTRIBUTES INVALID_INPUT_DATA");
    assert_eq!(tell(&second, "relations"), "NO_CHANGE NO_CHANGE INVALID_INPUT_DATA");

    let one = json!({ "items": [{ "className": "cmdb_ci_server", "values": { "name": "z" } }] });
    let unknown = client.post(&format!("{RECONCILE}?sysparm_data_source=Nobody"), one).await;
    assert!(unknown.result()["items"][0]["errors"][0]["message"].as_str().unwrap().contains("[Nobody]"));
    assert_eq!(client.post(RECONCILE, json!({})).await.status, 400);
    assert_eq!(client.get(RECONCILE).await.status, 405);
}

#[tokio::test]
async fn the_role_for_items_is_asked_for() {
    let client = Client::start().await;
    let key = json!({ "token": "abel", "as": "abel.tuter" });
    assert_eq!(client.admin("/servicenow/api_keys", key).await.status, 200);
    for path in [LINUX, "/api/now/cmdb/meta/cmdb_ci"] {
        let request = reqwest::Client::new().get(format!("{}{path}", client.instance()));
        assert_eq!(send(request.header("x-sn-apikey", "abel")).await.refusal().0, 403, "{path}");
    }
}
