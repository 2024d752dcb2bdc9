//! What the schema of mapping files says to an editor.

use drawbridge_core::schema::mapping;
use serde_json::Value;

use crate::catalog::catalog;
use crate::schema::objections;

const GOOD: &str = "mapping: user
from: azure_ad.user
to: servicenow.sys_user
fields:
  user_name: { from: $.source.userPrincipalName, required: true }
  email: $.source.mail
  active: true
  department: { from: $.source.department, values: departments, no_match: flag, on_null: clear }
  manager: { from: $.source.manager.id, lookup: { record: sys_user, by: email }, no_match: defer }
  location:
    - { if: \"$.source.country == 'NO'\", value: Oslo, max_length: 10 }
    - { from: $.source.officeLocation, on_absent: { value: none }, max_length: { chars: 4, then: truncate } }
  u_azure_id: $.source.id
";

fn errors(text: &str) -> Vec<String> {
    objections(&mapping(&catalog()), text)
}

#[track_caller]
fn planted(piece: &str, mistake: &str, places: &[&str]) {
    assert_eq!(GOOD.matches(piece).count(), 1, "`{piece}` stands once in the good mapping");
    assert_eq!(errors(&GOOD.replace(piece, mistake)), places, "{mistake}");
}

#[test]
fn good_mapping_fits_and_planted_mistakes_are_refused_at_their_place() {
    assert_eq!(errors(GOOD), Vec::<String>::new());
    planted("from: azure_ad.user\n", "from: azure_ad.usr\n", &["/from"]);
    planted("to: servicenow.sys_user", "to: servicenow.usr", &["/to"]);
    planted("  email: $", "  emial: $", &["/fields"]);
    planted("  active: true", "  sys_id: x", &["/fields/sys_id"]);
    planted("no_match: flag", "no_match: flg", &["/fields/department"]);
    planted("required: true", "requird: true", &["/fields/user_name"]);
    planted("mapping: user", "mappin: user", &[""]);
    let declared = GOOD.replace("fields:", "custom_fields: { grade: integer }\nfields:\n  grade: 3");
    assert_eq!(errors(&declared), Vec::<String>::new());
}

#[test]
fn fields_of_the_target_are_named_with_what_they_are() {
    let schema = mapping(&catalog());
    let rules = schema["allOf"].as_array().expect("there are rules");
    let rule = rules
        .iter()
        .find(|rule| rule["if"]["properties"]["to"]["const"] == "servicenow.cmn_department")
        .expect("there is one per record");
    let fields = rule["then"]["properties"]["fields"]["properties"].as_object().expect("it names fields");
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["name", "id", "sys_id"]);
    assert_eq!(fields["sys_id"], Value::Bool(false));
}
