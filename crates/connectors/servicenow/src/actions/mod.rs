//! Actions, one file each.

mod catalog_order;
mod incident_create;
mod record_get;
mod record_note;
mod record_update;
mod task_create;

drawbridge_sdk::nodes! {
    crate::ServiceNow;
    write catalog_order::CatalogOrder,
    write incident_create::IncidentCreate,
    read record_get::RecordGet,
    write record_note::RecordNote,
    write record_update::RecordUpdate,
    write task_create::TaskCreate,
}
