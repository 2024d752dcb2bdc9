//! Carts and wish lists: lines, blocks, prices, both ways of checking out.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};

const BASE: &str = "/api/sn_sc/servicecatalog";

fn line() -> Value {
    json!({ "sysparm_quantity": "1", "variables": { "person_upn": "n@contoso.test", "display_name": "Nia Ew" } })
}

impl Client {
    async fn add(&self, item: &str, body: Value) -> Answer {
        self.post(&format!("{BASE}/items/{item}/add_to_cart"), body).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    async fn cart(&self) -> Value {
        self.get(&format!("{BASE}/cart")).await.result().clone()
    }

    /// An item that costs something, once and every month.
    async fn phone(&self) -> String {
        let body = json!({ "name": "Phone", "short_description": "A phone", "price": "799.5", "recurring_price": "30",
            "recurring_frequency": "monthly", "delivery_time": "5 Days" });
        self.create("sc_cat_item", body).await
    }

    async fn set(&self, property: &str, value: &str) {
        self.administrator().create("sys_properties", json!({ "name": property, "value": value })).await;
    }
}

#[tokio::test]
async fn a_cart_becomes_one_request_with_an_item_for_each_line() {
    let client = Client::start().await;
    let item = client.find("sc_cat_item", "name=New hire").await;
    for _ in 0..3 {
        assert_eq!(client.add(&item, line()).await.status, 200);
    }
    assert_eq!(client.add(&item, json!({})).await.refusal().1, "Invalid quantity value");
    let cart = client.cart().await;
    let one = cart["items"][1]["cart_item_id"].as_str().unwrap();
    assert_eq!(client.delete(&format!("{BASE}/cart/{one}")).await.status, 204);
    assert_eq!(client.delete(&format!("{BASE}/cart/{one}")).await.refusal().0, 400);
    let ordered = client.post(&format!("{BASE}/cart/submit_order"), json!({})).await;
    assert_eq!(ordered.result()["request_number"], "REQ0010001");
    client.advance("3s").await;
    let items = client.query("sc_req_item", "request.number=REQ0010001^ORDERBYnumber", &[]).await;
    assert_eq!(items.column("number"), "RITM0010001 RITM0010002");
    for end in ["checkout", "submit_order"] {
        let again = client.post(&format!("{BASE}/cart/{end}"), json!({})).await;
        assert_eq!(again.refusal(), (400, "Cart is empty", "null"));
    }
}

#[tokio::test]
async fn lines_stand_in_blocks_with_their_prices() {
    let client = Client::start().await;
    let phone = client.phone().await;
    let hire = client.find("sc_cat_item", "name=New hire").await;
    let added = client.add(&phone, json!({ "sysparm_quantity": 2 })).await;
    assert_eq!(added.result()["subtotal"], "$1,599.00");
    client.add(&hire, line()).await;
    let cart = client.cart().await;
    assert_eq!(
        (&cart["subtotal_price"], &cart["subtotal_recurring_price"], &cart["show_subtotal_price"]),
        (&json!("$1,599.00"), &json!("$60.00"), &json!("true"))
    );
    assert_eq!(cart["none"]["items"][0]["item_name"], "New hire");
    assert_eq!(cart["none"]["frequency_label"], Value::Null);
    let shown = &cart["monthly"]["items"][0];
    for (member, expected) in [
        ("quantity", json!("2")),
        ("price", json!("$799.50")),
        ("subtotal", json!(1599)),
        ("subtotal_price", json!("$1,599.00")),
        ("recurring_frequency", json!("Monthly")),
        ("recurring_subtotal", json!(60)),
        ("delivery_time", json!("5 Days")),
        ("created_by", json!("svc-drawbridge@contoso.test")),
        ("created_on", json!("2026-01-05 08:00:00")),
        ("show_price", json!(true)),
        ("item_id", json!(phone)),
    ] {
        assert_eq!(shown[member], expected, "{member}");
    }
    let answers = json!({ "User principal name": "n@contoso.test", "Name": "Nia Ew", "First day": "", "Department": "",
        "Office": "", "Line manager": "", "Key of the automation": "" });
    assert_eq!(cart["none"]["items"][0]["variables"], answers);
    let path = format!("{BASE}/cart/{}", shown["cart_item_id"].as_str().unwrap());
    let fewer = client.put(&path, json!({ "sysparm_quantity": "1" })).await;
    assert_eq!((fewer.status, &fewer.result()["subtotal_price"]), (201, &json!("$799.50")));
    for (body, message) in [
        (json!({}), "Invalid quantity value"),
        (json!({ "sysparm_quantity": "-1" }), "Invalid quantity value"),
    ] {
        assert_eq!(client.put(&path, body).await.refusal(), (400, message, "null"));
    }
    assert_eq!(
        client.put(&format!("{BASE}/cart/nothing"), json!({ "sysparm_quantity": 1 })).await.refusal().0,
        400
    );
    let request = client.post(&format!("{BASE}/cart/checkout"), json!({})).await;
    let id = request.result()["request_id"].as_str().unwrap();
    assert_eq!(client.field("sc_request", id, "price").await, "799.50");
}

#[tokio::test]
async fn a_cart_is_emptied_by_its_owner_and_by_who_administers_the_catalog() {
    let client = Client::start().await;
    let hire = client.find("sc_cat_item", "name=New hire").await;
    let (admin, count) = (client.administrator(), |cart: &Value| cart["items"].as_array().unwrap().len());
    admin.add(&hire, line()).await;
    client.add(&hire, line()).await;
    let id = |cart: &Value| cart["cart_id"].as_str().unwrap().to_owned();
    let (mine, theirs) = (id(&client.cart().await), id(&admin.cart().await));
    assert_eq!(client.delete(&format!("{BASE}/cart/{mine}/empty")).await.status, 204);
    assert_eq!((count(&client.cart().await), count(&admin.cart().await)), (0, 1));
    assert_eq!(client.delete(&format!("{BASE}/cart/{theirs}/empty")).await.status, 204);
    assert_eq!(count(&admin.cart().await), 0);
    assert_eq!(client.delete(&format!("{BASE}/cart/{}/empty", "0".repeat(32))).await.refusal().0, 400);
    assert_eq!(client.get(&format!("{BASE}/cart/{mine}/empty")).await.status, 405);
}

#[tokio::test]
async fn two_steps_show_the_cart_before_it_is_ordered() {
    let client = Client::start().await;
    client.set("glide.sc.checkout.twostep", "true").await;
    let hire = client.find("sc_cat_item", "name=New hire").await;
    let person = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let mut body = line();
    body["sysparm_requested_for"] = json!(person);
    let now = client.post(&format!("{BASE}/items/{hire}/order_now"), body).await;
    let cart = client.cart().await;
    assert_eq!(now.result(), &json!({ "cart_id": cart["cart_id"] }), "it only went into the cart");
    let shown = client.post(&format!("{BASE}/cart/checkout"), json!({})).await;
    let shown = shown.result();
    assert_eq!(
        (&shown["requested_for"], &shown["requested_for_user"], &shown["delivery_address"]),
        (&json!(person), &json!("Ann Berg"), &json!(""))
    );
    assert_eq!(client.query("sc_request", "", &[]).await.column("number"), "");
    let ordered = client.post(&format!("{BASE}/cart/submit_order"), json!({})).await;
    assert_eq!(ordered.result()["request_number"], "REQ0010001");
    let address = client.get(&format!("{BASE}/cart/delivery_address/{person}")).await;
    assert_eq!(address.result(), "Dronning Eufemias gate 12\nOslo, 0191\nNorway");
    assert_eq!(client.get(&format!("{BASE}/cart/delivery_address/nobody")).await.status, 400);
}

#[tokio::test]
async fn a_wish_list_keeps_what_is_not_ready_to_be_ordered() {
    let client = Client::start().await;
    let hire = client.find("sc_cat_item", "name=New hire").await;
    let add = format!("{BASE}/items/{hire}/add_to_wishlist");
    let added = client.post(&add, json!({ "sysparm_quantity": "1" })).await;
    assert_eq!((added.status, &added.result()["items"][0]["item_name"]), (200, &json!("New hire")));
    let list = client.get(&format!("{BASE}/wishlist")).await;
    assert_ne!(list.result()["cart_id"], client.cart().await["cart_id"]);
    let one = list.result()["items"][0]["cart_item_id"].as_str().unwrap();
    assert_eq!(client.get(&format!("{BASE}/wishlist/{one}")).await.result()["quantity"], "1");
    assert_eq!(client.get(&format!("{BASE}/wishlist/nothing")).await.status, 404);
    let nothing = client.post(&format!("{BASE}/items/nothing/add_to_wishlist"), json!({})).await;
    assert_eq!(nothing.refusal().0, 400);
    assert_eq!(client.cart().await["items"], json!([]));
}
