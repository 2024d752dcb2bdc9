//! Counting and summing over records.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn figures_are_text_as_a_whole_and_in_groups() {
    let client = Client::start().await;
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
