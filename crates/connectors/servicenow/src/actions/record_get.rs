//! `servicenow.record.get`: some fields of one record.
//!
//! Permissions: a role that reads the table.
//! Source: ServiceNow Table API (`docs/reference/servicenow.md`).

use std::collections::BTreeMap;

use drawbridge_sdk::{Ctx, Declares, Error, Fault, Permission, Read, Reader, servicenow_role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ServiceNow;
use crate::query::is_field;
use crate::wire::record;

pub(crate) struct RecordGet;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Table, such as `sc_req_item`.
    pub(crate) table: String,
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// Fields to read; references may be followed, such as `caller_id.email`.
    #[schemars(extend("x-drawbridge-declares" = Declares::at(&["/values", "/display"])))]
    pub(crate) fields: Vec<String>,
}

/// The fields of the record by name. A field that does not exist or is hidden is absent.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// Stored values, always text; an empty field is an empty text. Compare with these.
    pub(crate) values: BTreeMap<String, String>,
    /// What people see for the same fields, in the language and time zone of the integration user.
    pub(crate) display: BTreeMap<String, String>,
}

impl Read<ServiceNow> for RecordGet {
    const NAME: &'static str = "servicenow.record.get";
    const SUMMARY: &'static str = "Read some fields of one record";
    const EXAMPLE: &'static str = "table: sc_req_item\nsys_id: 6816f79cc0a8016401c5a33be04be441\nfields: [number, state, request.number]";
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    type Input = Input;
    type Output = Output;

    async fn run(instance: &Reader<'_, ServiceNow>, _: &Ctx, input: &Input) -> Result<Output, Error> {
        check_fields(&input.fields)?;
        let fields: Vec<&str> = input.fields.iter().map(String::as_str).collect();
        let record = record::demand(instance, &input.table, &input.sys_id, &fields).await?;
        let sys_id = record.need("sys_id")?;
        let mut output = Output { sys_id, values: BTreeMap::new(), display: BTreeMap::new() };
        for (name, cell) in record.cells {
            output.values.insert(name.clone(), cell.value);
            output.display.insert(name, cell.display);
        }
        Ok(output)
    }
}

fn check_fields(fields: &[String]) -> Result<(), Error> {
    match fields.iter().find(|field| !is_field(field)) {
        None if !fields.is_empty() => Ok(()),
        None => Err(Error::refused("CN014", "no field is named to read")),
        Some(field) => {
            let fault = Fault::new("CN014", format!("`{field}` is not the name of a field"));
            Err(Error::Refused(
                fault.help("use the field's name, such as `short_description`, not its label"),
            ))
        }
    }
}
