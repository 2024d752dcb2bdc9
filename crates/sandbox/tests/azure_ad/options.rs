//! Query options: their spellings, expansions, and page tokens that belong to one query.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::answers::{code, ids, new_user, texts};
use crate::client::world::{World, read};

#[tokio::test]
async fn options_are_read_in_every_spelling() {
    let world = World::start().await;
    let (_, expected) = world.get("/users?$top=2&$select=displayName&$filter=city eq 'Oslo'").await;
    let expected = texts(&expected, "displayName");
    for query in [
        "%24top=2&%24select=displayName&%24filter=city%20eq%20%27Oslo%27",
        "top=2&select=displayName&filter=city+eq+'Oslo'",
        "$TOP=2&$Select=DISPLAYNAME,&$FILTER=CITY%20EQ%20'oslo'",
        "$top=%202%20&$select=displayName&$filter=%20city%09eq%20'Oslo'%20",
        "$top=2&$select=displayName&$filter=city eq 'Oslo'&$format=json&$count=false&custom=1&custom=2",
        "$top=2&$select=*&$filter=city eq 'Oslo'&$orderby=&$expand=",
        "$top=2&$select=&$filter=(((city eq 'Oslo')))&$format=application/json;odata.metadata=minimal",
    ] {
        let (status, body) = world.get(&format!("/users?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {body}");
        assert_eq!(texts(&body, "displayName"), expected, "{query}");
    }
}

#[tokio::test]
async fn options_the_service_does_not_take_are_refused_in_its_words() {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    let number = "query option found. The $top query option requires a non-negative integer value.";
    let once = "was specified more than once, but it must be specified at most once.";
    let cases = [
        ("$apply=x", "BadRequest", "The query parameter '$apply' is not supported.".to_owned()),
        ("$count=true&$count=true", "BadRequest", format!("Query option '$count' {once}")),
        ("$top=1&top=2", "BadRequest", format!("Query option 'top' {once}")),
        ("$top=five", "BadRequest", format!("Invalid value 'five' for $top {number}")),
        (
            "$count=yes",
            "BadRequest",
            "Invalid value 'yes' for $count query option found. Valid values are 'true' and 'false'.".to_owned(),
        ),
        (
            "$select=city,employeeOrgData/division",
            "BadRequest",
            "Parsing OData Select and Expand failed: Could not find a property named 'employeeOrgData/division' on \
             type 'microsoft.graph.user'."
                .to_owned(),
        ),
        (
            "$select=display name",
            "BadRequest",
            "Parsing OData Select and Expand failed: Term 'display name' is not valid in a $select or $expand \
             expression."
                .to_owned(),
        ),
        (
            "$filter=contains(displayName,'x')",
            "Request_UnsupportedQuery",
            "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'User'."
                .to_owned(),
        ),
        (
            "$filter=city eq \"Oslo\"",
            "BadRequest",
            "Invalid filter clause: Syntax error: character '\"' is not valid at position 8 in 'city eq \"Oslo\"'."
                .to_owned(),
        ),
        (
            "$filter=city eq Oslo",
            "BadRequest",
            "Invalid filter clause: Could not find a property named 'Oslo' on type 'microsoft.graph.user'."
                .to_owned(),
        ),
        ("$count=true", "Request_BadRequest", "$count is not currently supported.".to_owned()),
        ("$top=501&$select=id,signInActivity", "Request_BadRequest", {
            "Invalid page size specified: '501'. Must be between 1 and 500 inclusive.".to_owned()
        }),
    ];
    for (query, expected, message) in cases {
        let (status, body) = world.get(&format!("/users?{query}")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{query}");
        assert_eq!(body["error"]["message"], json!(message), "{query}");
    }
    let (status, body) = world.get("/users?$format=xml").await;
    assert_eq!((status.as_u16(), code(&body)), (400, "BadRequest"));
}

#[tokio::test]
async fn filters_ask_relations_lists_and_dates() {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    let (_, boss) = world.get("/users/m.boss@contoso.test?$select=id,createdDateTime").await;
    let (boss_id, created) = (boss["id"].as_str().unwrap(), boss["createdDateTime"].as_str().unwrap());
    let cases = [
        (format!("/users?$filter=manager/id eq '{boss_id}' and startswith(displayName,'Ann')"), 1),
        (format!("/users?$filter=createdDateTime ge {created} and id eq '{boss_id}'"), 1),
        (format!("/users?$filter=createdDateTime lt {created} and id eq '{boss_id}'"), 0),
        ("/users?$filter=signInActivity/lastSignInDateTime lt 1970-01-01T00:00:00Z".to_owned(), 0),
        ("/groups?$filter=groupTypes/any(c:c eq 'nothing')".to_owned(), 0),
    ];
    for (path, expected) in cases {
        let (status, body) = world.get(&path).await;
        assert_eq!((status, ids(&body).len()), (StatusCode::OK, expected), "{path}: {body}");
    }
    let path = "/users?$count=true&$top=999&$filter=assignedLicenses/$count eq 0";
    let request = world.graph(Method::GET, path).header("ConsistencyLevel", "eventual");
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!((status, &body["@odata.count"]), (StatusCode::OK, &json!(ids(&body).len())));
}

#[tokio::test]
async fn managers_expand_as_far_as_is_asked() {
    let world = World::start().await;
    let chain = |levels: &str| {
        format!("/users/a.berg@contoso.test?$select=id&$expand=manager($levels={levels};$select=displayName)")
    };
    let (_, one) = world.get(&chain("1")).await;
    assert_eq!(one["manager"]["displayName"], json!("Maria Boss"));
    assert_eq!(one["manager"].get("manager"), None);
    let (_, all) = world.get(&chain("max")).await;
    let top = &all["manager"]["manager"];
    assert_eq!(
        (&all["manager"]["displayName"], top.get("displayName").is_some()),
        (&json!("Maria Boss"), true)
    );
    assert_eq!(top.get("manager"), None);
    let (status, body) = world.get(&chain("0")).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "BadRequest"));
}

#[tokio::test]
async fn groups_show_twenty_members_at_most() {
    let world = World::start().await;
    let path = "/groups?$select=id,displayName&$expand=members($select=id,displayName)";
    let (status, body) = world.get(path).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let mut largest = 0;
    for group in body["value"].as_array().unwrap() {
        let shown = group["members"].as_array().unwrap();
        let (_, members) =
            world.get(&format!("/groups/{}/members?$top=999", group["id"].as_str().unwrap())).await;
        let all = ids(&members);
        assert_eq!(shown.len(), all.len().min(20));
        for (member, id) in shown.iter().zip(all) {
            assert_eq!(member["id"], json!(id));
            assert!(member["@odata.type"].is_string() && member.get("mail").is_none(), "{member}");
        }
        largest = largest.max(shown.len());
    }
    assert!(largest > 0, "some group has members");
    for (query, expected) in [
        ("members,owners", "Request_UnsupportedQuery"),
        ("members($top=5)", "Request_UnsupportedQuery"),
        ("members($select=frob)", "BadRequest"),
        ("members(", "BadRequest"),
        ("friends", "BadRequest"),
    ] {
        let (status, body) = world.get(&format!("/groups?$expand={query}")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{query}");
    }
}

#[tokio::test]
async fn a_page_token_belongs_to_its_query() {
    let world = World::start().await;
    let (_, page) = world.get("/users?$top=5&$select=id").await;
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();
    let (status, _) = world.follow(&next).await;
    assert_eq!(status, StatusCode::OK);
    // The same query in another spelling is the same query.
    let (base, token) = next.split_once("$skiptoken=").unwrap();
    let (host, _) = base.split_once("/users?").unwrap();
    let (status, _) = world.follow(&format!("{host}/users?select=id&%24skiptoken={token}&top=5")).await;
    assert_eq!(status, StatusCode::OK);
    let changed = format!("{}A", &next[..next.len() - 1]);
    let longer = format!("{next}x");
    for foreign in [
        format!("{host}/users?$top=5&$select=id,city&$skiptoken={token}"),
        format!("{host}/users?$top=6&$select=id&$skiptoken={token}"),
        format!("{host}/users?$top=5&$select=id&$filter=city eq 'Oslo'&$skiptoken={token}"),
        format!("{host}/groups?$top=5&$select=id&$skiptoken={token}"),
        if changed == next { longer.clone() } else { changed },
        longer,
    ] {
        let (status, body) = world.follow(&foreign).await;
        assert_eq!((status.as_u16(), code(&body)), (400, "Request_BadRequest"), "{foreign}");
    }
}

#[tokio::test]
async fn a_delta_token_belongs_to_its_feed() {
    let world = World::start().await;
    let (_, round) = world.get("/users/delta?$deltatoken=latest&$select=displayName").await;
    let link = round["@odata.deltaLink"].as_str().unwrap();
    assert_eq!(world.follow(link).await.0, StatusCode::OK);
    let (status, body) = world.follow(&link.replace("/users/delta", "/groups/delta")).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "Request_BadRequest"));
}

#[tokio::test]
async fn deleting_page_by_page_reaches_everybody() {
    let world = World::start().await;
    // Administrators are deleted too, so the application must outrank them.
    let role = "/azure_ad/roles/Global Administrator/members/Drawbridge";
    assert_eq!(world.admin(Method::PUT, role, None).await.0, StatusCode::OK);
    let (_, mut page) = world.get("/users?$top=7&$select=id").await;
    let mut gone = 0;
    let mut created = false;
    loop {
        for id in ids(&page) {
            let (status, body) = world.send(Method::DELETE, &format!("/users/{id}"), json!({})).await;
            assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
            gone += 1;
        }
        if !created {
            let (status, body) = world.send(Method::POST, "/users", new_user("late")).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
            created = true;
        }
        let Some(next) = page["@odata.nextLink"].as_str().map(str::to_owned) else { break };
        page = world.follow(&next).await.1;
    }
    let (_, rest) = world.get("/users?$select=id").await;
    assert_eq!((gone, ids(&rest).len()), (61, 0));
}
