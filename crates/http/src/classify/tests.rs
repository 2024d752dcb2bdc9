//! The table of `classify`, as data.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{Limits, TokenRefusal};

fn error(body: &Value) -> Option<RemoteError> {
    let error = body.get("error")?;
    Some(RemoteError {
        code: error["code"].as_str().map(str::to_owned),
        message: error["message"].as_str().map(str::to_owned),
        help: None,
    })
}

fn refusal(_: u16, _: &Value) -> TokenRefusal {
    TokenRefusal { summary: String::new(), help: None, remote_code: None, passes: false }
}

const PLAIN: Dialect = Dialect {
    system: "plain",
    title: "Plain",
    timeout: Duration::from_secs(1),
    landing: SignedDuration::ZERO,
    limits: Limits { at_once: 1, burst: 1, interval: SignedDuration::ZERO },
    correlation: None,
    reset_header: None,
    headers: &[],
    kept_headers: &["request-id"],
    accepts_with_202: true,
    success_may_hold_error: false,
    unavailable: Unavailable::NothingDone,
    error,
    token_refusal: refusal,
};

const WILY: Dialect = Dialect {
    title: "Wily",
    reset_header: Some("x-ratelimit-reset"),
    accepts_with_202: false,
    success_may_hold_error: true,
    unavailable: Unavailable::MayBeDone,
    ..PLAIN
};

fn at() -> Timestamp {
    Timestamp::from_second(1_767_600_000).unwrap()
}

fn reply(status: u16, payload: Payload) -> Outcome {
    Outcome::Reply(Reply { status, headers: BTreeMap::new(), payload, at: at() })
}

fn with(status: u16, header: (&str, &str)) -> Outcome {
    let headers = BTreeMap::from([(header.0.to_owned(), header.1.to_owned())]);
    Outcome::Reply(Reply { status, headers, payload: Payload::Empty, at: at() })
}

/// In one word: `answer`, `answer CN004`, `not yet CN007 10s`, `refused CN003`, `unknown CN009`.
fn word(dialect: &Dialect, intent: Intent, outcome: &Outcome) -> String {
    let asked = Asked { dialect, intent, place: "GET /x", host: "x.test" };
    match classify(&asked, outcome.clone()) {
        Ok(Answer { fault: None, .. }) => "answer".to_owned(),
        Ok(Answer { fault: Some(fault), .. }) => format!("answer {}", fault.code),
        Err(Error::Refused(fault)) => format!("refused {}", fault.code),
        Err(Error::Unknown(fault)) => format!("unknown {}", fault.code),
        Err(Error::NotYet { fault, after: None }) => format!("not yet {}", fault.code),
        Err(Error::NotYet { fault, after: Some(after) }) => {
            format!("not yet {} {}s", fault.code, after.as_secs())
        }
    }
}

fn check(dialect: &Dialect, outcome: Outcome, read: &str, change: &str) {
    assert_eq!(word(dialect, Intent::Read, &outcome), read, "read, {outcome:?}");
    assert_eq!(word(dialect, Intent::Change, &outcome), change, "change, {outcome:?}");
}

#[test]
fn broken_connections_are_told_apart_by_whether_anything_was_sent() {
    check(&PLAIN, Outcome::Unreachable("dns".to_owned()), "not yet CN001", "not yet CN001");
    check(&PLAIN, Outcome::CutOff("reset".to_owned()), "not yet CN008", "unknown CN009");
}

#[test]
fn every_status_has_one_meaning() {
    for (status, read, change) in [
        (200, "answer", "answer"),
        (201, "answer", "answer"),
        (202, "answer", "answer"),
        (204, "answer", "answer"),
        (301, "answer CN010", "answer CN010"),
        (400, "answer CN006", "answer CN006"),
        (401, "refused CN003", "refused CN003"),
        (403, "answer CN004", "answer CN004"),
        (404, "answer CN005", "answer CN005"),
        (405, "answer CN006", "answer CN006"),
        (408, "not yet CN008", "unknown CN009"),
        (409, "answer CN013", "answer CN013"),
        (410, "answer CN013", "answer CN013"),
        (412, "answer CN013", "answer CN013"),
        (414, "answer CN006", "answer CN006"),
        (423, "not yet CN007", "not yet CN007"),
        (429, "not yet CN007", "not yet CN007"),
        (500, "not yet CN008", "unknown CN009"),
        (501, "answer CN006", "answer CN006"),
        (502, "not yet CN008", "unknown CN009"),
        (503, "not yet CN007", "not yet CN007"),
        (504, "not yet CN008", "unknown CN009"),
        (507, "not yet CN008", "unknown CN009"),
    ] {
        check(&PLAIN, reply(status, Payload::Empty), read, change);
    }
}

#[test]
fn a_platform_where_202_and_503_mean_something_else_is_read_so() {
    check(&WILY, reply(202, Payload::Empty), "not yet CN011", "not yet CN011");
    check(&WILY, reply(503, Payload::Page), "not yet CN007", "unknown CN009");
    check(&WILY, with(503, ("retry-after", "3")), "not yet CN007 3s", "not yet CN007 3s");
}

#[test]
fn an_error_beside_a_result_is_no_success() {
    let body = json!({"result": [], "error": {"message": "Transaction cancelled"}, "status": "failure"});
    check(&PLAIN, reply(200, Payload::Json(body.clone())), "answer", "answer");
    check(&WILY, reply(200, Payload::Json(body)), "answer CN017", "unknown CN017");
}

#[test]
fn what_is_not_json_where_json_is_promised_is_no_success() {
    check(&PLAIN, reply(200, Payload::Page), "refused CN010", "unknown CN010");
    check(&PLAIN, reply(200, Payload::TooBig(9)), "refused CN010", "unknown CN010");
    check(&PLAIN, reply(200, Payload::Broken), "not yet CN010", "unknown CN010");
    check(&PLAIN, reply(502, Payload::Page), "not yet CN008", "unknown CN009");
    check(&PLAIN, reply(404, Payload::Page), "answer CN005", "answer CN005");
}

#[test]
fn the_wait_is_read_in_every_form() {
    let wait = |dialect, header| word(dialect, Intent::Read, &with(429, header));
    assert_eq!(wait(&PLAIN, ("retry-after", "10")), "not yet CN007 10s");
    assert_eq!(wait(&PLAIN, ("retry-after", "Mon, 05 Jan 2026 08:00:30 GMT")), "not yet CN007 30s");
    assert_eq!(wait(&PLAIN, ("retry-after", "Mon, 05 Jan 2026 07:00:00 GMT")), "not yet CN007 0s");
    assert_eq!(wait(&PLAIN, ("retry-after", "4000000000")), "not yet CN007 86400s");
    assert_eq!(wait(&PLAIN, ("retry-after", "soon")), "not yet CN007");
    assert_eq!(wait(&PLAIN, ("x-ratelimit-reset", "1767600060")), "not yet CN007");
    assert_eq!(wait(&WILY, ("x-ratelimit-reset", "1767600060")), "not yet CN007 60s");
}

#[test]
fn a_fault_carries_the_platforms_words_and_only_kept_headers() {
    let asked = Asked { dialect: &PLAIN, intent: Intent::Change, place: "PATCH /users/ann", host: "x.test" };
    let headers = BTreeMap::from([
        ("request-id".to_owned(), "r1".to_owned()),
        ("set-cookie".to_owned(), "secret".to_owned()),
    ]);
    let payload = Payload::Json(json!({"error": {"code": "Denied", "message": "Not you."}}));
    let answer = classify(&asked, Outcome::Reply(Reply { status: 403, headers, payload, at: at() })).unwrap();
    assert_eq!(answer.headers, BTreeMap::from([("request-id".to_owned(), "r1".to_owned())]));
    let fault = Fault {
        status: Some(403),
        remote_code: Some("Denied".to_owned()),
        ..Fault::new("CN004", "Plain refused PATCH /users/ann (403): Not you")
    };
    assert_eq!(answer.fault, Some(fault));
}
