//! Sign-in by form, the session it opens, and the token that goes with the cookie.

use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};

const INCIDENTS: &str = "/api/now/table/incident";

fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).build().unwrap()
}

async fn login(client: &Client, user: &str, password: &str) -> Answer {
    let url = format!("{}/angular.do?sysparm_type=view_form.login", client.instance());
    let form = [
        ("sysparm_type", "login"),
        ("ni.nolog.user_password", "true"),
        ("user_name", user),
        ("user_password", password),
    ];
    send(http().post(url).form(&form)).await
}

/// The cookies an answer gives, as a client sends them back.
fn cookies(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter();
    let pairs = all.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn get_user(client: &Client, cookies: &str, token: Option<&str>) -> Answer {
    let url = format!("{}/angular.do?sysparm_type=get_user", client.instance());
    let mut request = http().post(url).header("cookie", cookies);
    if let Some(token) = token {
        request = request.header("x-usertoken", token);
    }
    send(request).await
}

async fn incidents(client: &Client, headers: &[(&str, &str)]) -> Answer {
    let mut request = http().get(format!("{}{INCIDENTS}", client.instance()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

#[tokio::test]
async fn a_form_opens_a_session_that_works_with_its_token_only() {
    let client = Client::start().await;
    let signed_in = login(&client, "admin", "admin").await;
    assert_eq!((signed_in.status, &signed_in.body), (200, &json!({ "status": "success" })));
    let cookie = cookies(&signed_in);
    for name in ["JSESSIONID=", "glide_user_route=glide.", "glide_session_store="] {
        assert!(cookie.contains(name), "{cookie}");
    }
    let refused = get_user(&client, &cookie, None).await;
    let token = refused.header("x-usertoken-response").to_owned();
    assert_eq!((refused.status, token.len()), (401, 64));
    let person = get_user(&client, &cookie, Some(&token)).await;
    assert_eq!((person.status, &person.body["user"]["userName"]), (200, &json!("admin")));
    for (headers, status) in [
        (vec![("cookie", cookie.as_str()), ("x-usertoken", token.as_str())], 200),
        (vec![("cookie", cookie.as_str())], 401),
        (vec![("cookie", cookie.as_str()), ("x-usertoken", "forged")], 401),
        (vec![("x-usertoken", token.as_str())], 401),
    ] {
        let answer = incidents(&client, &headers).await;
        assert_eq!(answer.status, status, "{headers:?}");
        let named = answer.header("x-usertoken-response").to_owned();
        assert_eq!(named == token, status == 401 && headers[0].0 == "cookie", "{headers:?}");
    }
    // A session is not renewed for ever: half an hour without a call ends it.
    client.advance("31m").await;
    let headers = [("cookie", cookie.as_str()), ("x-usertoken", token.as_str())];
    assert_eq!(incidents(&client, &headers).await.status, 401);
}

#[tokio::test]
async fn a_wrong_form_says_so_with_200_and_opens_nothing() {
    let client = Client::start().await;
    let error = json!({ "status": "error", "message": "User name or password invalid" });
    // Accounts of web services have no pages.
    for (user, password) in [
        ("admin", "wrong"),
        ("nobody", "admin"),
        ("", ""),
        ("svc-drawbridge@contoso.test", "sandbox-servicenow-secret"),
    ] {
        let answer = login(&client, user, password).await;
        assert_eq!((answer.status, &answer.body, cookies(&answer)), (200, &error, String::new()), "{user}");
    }
    client.admin("/servicenow/access", json!({ "second_factors": { "admin": "1" } })).await;
    assert_eq!(login(&client, "admin", "admin").await.body["status"], "mfa_code_required");
    let url = |query: &str| format!("{}/angular.do{query}", client.instance());
    assert_eq!(send(http().get(url("?sysparm_type=view_form.login"))).await.status, 405);
    assert_eq!(send(http().post(url("?sysparm_type=unheard_of"))).await.status, 400);
    assert_eq!(send(http().post(url(""))).await.status, 400);
}

#[tokio::test]
async fn a_bearer_call_ties_the_anonymous_session_it_carries() {
    let client = Client::start().await;
    let anonymous = get_user(&client, "", None).await;
    assert_eq!((anonymous.status, &anonymous.body["user"]["isLoggedIn"]), (200, &json!(false)));
    let cookie = cookies(&anonymous);
    assert_eq!(get_user(&client, &cookie, None).await.status, 200);
    let token = client.token(&client.credentials()).await.body["access_token"].as_str().unwrap().to_owned();
    let url = format!("{}/api/now/table/sys_scope?sysparm_limit=1", client.instance());
    let bound = send(http().get(url).header("cookie", &cookie).bearer_auth(token)).await;
    assert_eq!((bound.status, cookies(&bound)), (200, String::new()));
    let refused = get_user(&client, &cookie, None).await;
    let token = refused.header("x-usertoken-response").to_owned();
    assert_eq!((refused.status, token.len()), (401, 64));
    let headers = [("cookie", cookie.as_str()), ("x-usertoken", token.as_str())];
    assert_eq!(incidents(&client, &headers).await.status, 200);
}

#[tokio::test]
async fn an_api_call_without_a_cookie_is_given_one_and_keeps_it() {
    let client = Client::start().await;
    let first = client.get(INCIDENTS).await;
    assert_eq!(first.header("x-is-logged-in"), "true");
    let cookie = cookies(&first);
    assert!(cookie.starts_with("JSESSIONID="), "{cookie}");
    let again = send(client.request(reqwest::Method::GET, INCIDENTS).header("cookie", &cookie)).await;
    assert_eq!((again.status, cookies(&again)), (200, String::new()));
    assert_eq!(get_user(&client, &cookie, None).await.status, 401);
}

#[tokio::test]
async fn pages_sign_in_and_out() {
    let client = Client::start().await;
    let page = |name: &str| format!("{}/{name}", client.instance());
    let form = [("user_name", "admin"), ("user_password", "admin"), ("sys_action", "sysverb_login")];
    let signed_in = http().post(page("login.do")).form(&form).send().await.unwrap();
    assert_eq!(signed_in.status(), 302);
    assert_eq!(signed_in.headers()["location"], "/welcome.do");
    let session = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let welcome = http().get(page("welcome.do")).header("cookie", &session).send().await.unwrap();
    let text = welcome.text().await.unwrap();
    let token = text.split("g_ck = '").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let headers = [("cookie", session.as_str()), ("x-usertoken", token.as_str())];
    assert_eq!(incidents(&client, &headers).await.status, 200);
    let out = http().get(page("logout.do")).header("cookie", &session).send().await.unwrap();
    assert_eq!(out.status(), 302);
    assert_eq!(incidents(&client, &headers).await.status, 401);
    let wrong = [("user_name", "admin"), ("user_password", "no")];
    let wrong = http().post(page("login.do")).form(&wrong).send().await.unwrap();
    assert_eq!(wrong.status(), 200);
    assert!(wrong.text().await.unwrap().contains("User name or password invalid"));
    let unknown: Value = send(http().get(page("nothing.do"))).await.body;
    assert_eq!(unknown["error"]["message"], "User Not Authenticated");
}
