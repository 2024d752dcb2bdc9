//! Values the tenant does not take: wrong types, unknown members, what is outside an enumeration or too long.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, new_user};
use crate::governance::with;
use crate::steps::{walk, world_of_everything};

const ANN: &str = "/users/a.berg@contoso.test";

#[tokio::test]
async fn values_a_user_cannot_have_are_refused() {
    let world = world_of_everything().await;
    let long = |count: usize| "x".repeat(count);
    let unfit = "Invalid value specified for property";
    let exist = "Make sure to only use property names that are defined by the type";
    for (changes, piece) in [
        (json!({"userType": "Visitor"}), unfit),
        (json!({"ageGroup": "Old"}), unfit),
        (json!({"consentProvidedForMinor": "Perhaps"}), unfit),
        (json!({"passwordPolicies": "AllowAnything"}), unfit),
        (json!({"usageLocation": "ZZ"}), unfit),
        (json!({"usageLocation": "Norway"}), unfit),
        (json!({"usageLocation": null}), unfit),
        (json!({"mailNickname": "a b"}), unfit),
        (json!({"mailNickname": "a@b"}), unfit),
        (json!({"mailNickname": "a[b]"}), unfit),
        (json!({"mailNickname": "åse"}), unfit),
        (json!({"mailNickname": long(65)}), unfit),
        (json!({"displayName": long(257)}), unfit),
        (json!({"city": long(129)}), unfit),
        (json!({"companyName": long(65)}), unfit),
        (json!({"employeeId": long(17)}), unfit),
        (json!({"postalCode": long(41)}), unfit),
        (json!({"streetAddress": long(1025)}), unfit),
        (json!({"city": ""}), unfit),
        (json!({"city": 3}), "'Edm.String'"),
        (json!({"city": ["Oslo"]}), "'Edm.String'"),
        (json!({"accountEnabled": "yes"}), "'Edm.Boolean'"),
        (json!({"accountEnabled": null}), "'Edm.Boolean'"),
        (json!({"employeeHireDate": "soon"}), "'Edm.DateTimeOffset'"),
        (json!({"otherMails": "a@b.test"}), "'Collection(Edm.String)'"),
        (json!({"otherMails": [1]}), "'Collection(Edm.String)'"),
        (json!({"otherMails": null}), "'Collection(Edm.String)'"),
        (json!({"employeeOrgData": {"frob": 1}}), exist),
        (json!({"employeeOrgData": {"division": 1}}), "'division' to the expected type 'Edm.String'"),
        (json!({"employeeOrgData": "North"}), "microsoft.graph.employeeOrgData"),
        (json!({"onPremisesExtensionAttributes": {"extensionAttribute16": "x"}}), exist),
        (json!({"authorizationInfo": {"certificateUserIds": "x"}}), "'Collection(Edm.String)'"),
        (json!({"passwordProfile": {"password": "Ex4mple-pass", "foo": 1}}), "'foo' does not exist"),
        (json!({"passwordProfile": {"password": 12345678}}), "'password' to the expected type 'Edm.String'"),
        (
            json!({"passwordProfile": {"password": "Ex4mple-pass", "forceChangePasswordNextSignIn": "yes"}}),
            "'forceChangePasswordNextSignIn' to the expected type 'Edm.Boolean'",
        ),
        (json!({"id": "3f1e2d4c-0000-4000-8000-000000000000"}), "read-only"),
        (json!({"createdDateTime": "2026-01-01T00:00:00Z"}), "read-only"),
        (json!({"shoeSize": 43}), "Invalid property 'shoeSize'"),
    ] {
        let body = with(new_user("n.new"), &json!({}));
        let mut body = body;
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        for (method, path, body) in [(Method::POST, "/users", body), (Method::PATCH, ANN, changes.clone())] {
            let (status, answer) = world.send(method.clone(), path, body).await;
            assert_eq!((status.as_u16(), code(&answer)), (400, "Request_BadRequest"), "{method} {changes}");
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains(piece), "{method} {changes}: {message}");
            if piece == unfit {
                let property = changes.as_object().unwrap().keys().next().unwrap();
                let detail = json!([{ "code": "InvalidValue", "message": message, "target": property }]);
                assert_eq!(answer["error"]["details"], detail, "{changes}");
            }
        }
    }
}

#[tokio::test]
async fn values_come_back_as_the_service_spells_them() {
    let world = world_of_everything().await;
    let sent = json!({
        "userType": "Guest", "ageGroup": "notadult", "usageLocation": "NO", "mailNickname": "ann.o'berg_1",
        "passwordPolicies": "DisablePasswordExpiration, DisableStrongPassword",
        "employeeOrgData": { "@odata.type": "#microsoft.graph.employeeOrgData", "Division": "North", "costCenter": null },
        "otherMails": ["ann@home.test"], "employeeHireDate": "2026-02-01T00:00:00Z", "displayName": "x".repeat(256),
    });
    let select = "userType,ageGroup,usageLocation,mailNickname,passwordPolicies,employeeOrgData,otherMails";
    let (status, answer) = world.send(Method::PATCH, ANN, sent).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    let (_, mut read) = world.get(&format!("{ANN}?$select={select}")).await;
    read.as_object_mut().unwrap().remove("@odata.context");
    let expected = json!({
        "userType": "Guest", "ageGroup": "NotAdult", "usageLocation": "NO", "mailNickname": "ann.o'berg_1",
        "passwordPolicies": "DisablePasswordExpiration, DisableStrongPassword",
        "employeeOrgData": { "division": "North", "costCenter": null }, "otherMails": ["ann@home.test"],
    });
    assert_eq!(read, expected);
}

#[tokio::test]
async fn values_a_group_cannot_have_are_refused() {
    let world = world_of_everything().await;
    let path = "/groups/{group:Finance reports}";
    for (changes, piece) in [
        (json!({"visibility": "Shy"}), "'visibility'"),
        (json!({"visibility": "HiddenMembership"}), "'visibility'"),
        (json!({"theme": "Beige"}), "'theme'"),
        (json!({"displayName": "x".repeat(257)}), "'displayName'"),
        (json!({"mailNickname": "a b"}), "'mailNickname'"),
        (json!({"description": 3}), "'Edm.String'"),
        (json!({"groupTypes": "Unified"}), "'Collection(Edm.String)'"),
        (json!({"securityEnabled": null}), "'Edm.Boolean'"),
        (json!({"id": "x"}), "read-only"),
        (json!({"licenseProcessingState": {"state": "x"}}), "read-only"),
    ] {
        walk(&world, &[("PATCH", path, changes, 400, piece)]).await;
    }
    let hidden = json!({
        "displayName": "Hidden", "mailNickname": "hidden", "mailEnabled": false, "securityEnabled": true,
        "visibility": "HiddenMembership",
    });
    walk(&world, &[("POST", "/groups", hidden, 400, "'visibility'")]).await;
}

#[tokio::test]
async fn rules_of_dynamic_groups_are_read_when_they_work() {
    let world = world_of_everything().await;
    let group = |rule: &str, state: &str| {
        json!({
            "displayName": "By rule", "mailNickname": "by-rule", "mailEnabled": false, "securityEnabled": true,
            "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": state,
        })
    };
    let unreadable = "DynamicGroupQueryParseError";
    for (rule, expected, message) in [
        ("everybody please", "InvalidObjectTypeException", "No object type"),
        ("(accountEnabled -eq true)", "InvalidObjectTypeException", "No object type"),
        ("user.employeeType -eq \"Intern\"", unreadable, "Unsupported property 'employeeType'"),
        ("user.officeLocation -eq \"Oslo\"", unreadable, "Unsupported property 'officeLocation'"),
        ("user.city -equals \"Oslo\"", unreadable, "Syntax error at position 10"),
        ("(user.city -eq \"Oslo\"", unreadable, "Syntax error at position 21"),
        ("user.city -eq [\"Oslo\"]", unreadable, "Invalid operands found for operator -eq"),
    ] {
        let (status, answer) = world.send(Method::POST, "/groups", group(rule, "On")).await;
        assert_eq!((status.as_u16(), code(&answer)), (400, expected), "{rule}");
        assert_eq!(answer["error"]["message"], message, "{rule}");
    }
    walk(&world, &[("POST", "/groups", group(&"x".repeat(3073), "On"), 400, "'membershipRule'")]).await;
    // What is paused is kept as it comes, and moves nobody when it is switched on.
    let broken = "user.employeeType -eq \"Intern\"";
    let made = world.make("/groups", group(broken, "Paused")).await;
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    let on = json!({ "membershipRuleProcessingState": "On" });
    let members = format!("{path}/members");
    let right = json!({ "membershipRule": "user.physicalDeliveryOfficeName -eq \"Oslo\" and user.userType -eq \"Member\"" });
    walk(
        &world,
        &[
            ("PATCH", &path, on, 204, ""),
            ("GET", &path, Value::Null, 200, "employeeType"),
            ("GET", &members, Value::Null, 200, "\"value\":[]"),
            ("PATCH", &path, json!({ "membershipRule": broken }), 400, unreadable),
            ("PATCH", &path, right, 204, ""),
            ("GET", &members, Value::Null, 200, "Ann Berg"),
        ],
    )
    .await;
}
