//! Counting and summing over records.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn figures_are_text_as_a_whole_and_in_groups() {
    let client = Client::start().await;
    client.clear("incident").await;
    for (impact, urgency) in [("1", "1"), ("1", "2"), ("3", "3")] {
        client.create("incident", json!({ "impact": impact, "urgency": urgency })).await;
    }
    for (parameters, expected) in [
        ("sysparm_count=true", json!({ "stats": { "count": "3" } })),
        (
            "sysparm_avg_fields=priority&sysparm_max_fields=priority&sysparm_query=impact=1",
            json!({ "stats": { "avg": { "priority": "1.5000" }, "max": { "priority": "2" } } }),
        ),
        (
            "sysparm_count=true&sysparm_group_by=impact&sysparm_display_value=all&sysparm_having=count^impact^>^1",
            json!([{ "stats": { "count": "2" },
                "groupby_fields": [{ "field": "impact", "value": "1", "display_value": "1 - High" }] }]),
        ),
        ("sysparm_count=true&sysparm_query=impact=9", json!({ "stats": { "count": "0" } })),
    ] {
        let answer = client.get(&format!("/api/now/stats/incident?{parameters}")).await;
        assert_eq!(answer.result(), &expected, "{parameters}");
    }
    assert_eq!(client.get("/api/now/stats/no_such").await.status, 400);
    assert_eq!(client.delete("/api/now/stats/incident").await.status, 405);
}

#[tokio::test]
async fn groups_are_ordered_by_figures_values_and_what_is_shown_and_bounded_by_figures() {
    let client = Client::start().await;
    client.clear("incident").await;
    for (impact, urgency) in [("1", "1"), ("1", "2"), ("3", "3"), ("2", "3"), ("2", "1"), ("2", "2")] {
        client.create("incident", json!({ "impact": impact, "urgency": urgency })).await;
    }
    for (parameters, expected) in [
        ("sysparm_group_by=impact", "1 2 3"),
        ("sysparm_group_by=impact&sysparm_order_by=impact^DESC", "3 2 1"),
        ("sysparm_group_by=impact&sysparm_order_by=COUNT", "3 1 2"),
        ("sysparm_group_by=impact&sysparm_order_by=COUNT^DESC", "2 1 3"),
        ("sysparm_group_by=impact&sysparm_order_by=AVG^urgency^DESC,impact", "3 2 1"),
        ("sysparm_query=GROUPBYimpact", "1 2 3"),
        ("sysparm_group_by=impact&sysparm_having=count^impact^>=^2,max^urgency^<^3", "1"),
        ("sysparm_group_by=impact&sysparm_having=nonsense&sysparm_order_by=no_such", "1 2 3"),
        ("sysparm_group_by=opened_by.user_name,impact&impact=2", "svc-drawbridge@contoso.test"),
    ] {
        let answer = client.get(&format!("/api/now/stats/incident?sysparm_count=true&{parameters}")).await;
        let groups = answer.result().as_array().unwrap();
        let values: Vec<&str> =
            groups.iter().map(|group| group["groupby_fields"][0]["value"].as_str().unwrap()).collect();
        assert_eq!(values.join(" "), expected, "{parameters}");
    }
    let two = client.get("/api/now/stats/incident?sysparm_sum_fields=impact,urgency&sysparm_min_fields=number&sysparm_query=impact=2").await;
    assert_eq!(
        two.result(),
        &json!({ "stats": { "sum": { "impact": "6", "urgency": "6" }, "min": { "number": "INC0010004" } } })
    );
}

#[tokio::test]
async fn figures_of_a_field_nobody_may_read_are_refused() {
    let client = Client::start().await;
    for parameters in ["sysparm_group_by=user_password", "sysparm_max_fields=manager.user_password"] {
        let answer = client.get(&format!("/api/now/stats/sys_user?sysparm_count=true&{parameters}")).await;
        assert_eq!(answer.refusal().0, 403, "{parameters}");
    }
    assert_eq!(client.get("/api/now/stats/sys_db_object?sysparm_count=true").await.status, 403);
}
