//! The shapes of records, one file each.

mod system_fields;
mod task_fields;

mod cmn_department;
mod cmn_location;
mod core_company;
mod incident;
mod sc_req_item;
mod sc_request;
mod sc_task;
mod sys_user;
mod sys_user_group;

drawbridge_sdk::nodes! {
    crate::ServiceNow;
    record cmn_department::CmnDepartment,
    record cmn_location::CmnLocation,
    record core_company::CoreCompany,
    record incident::Incident,
    record sc_req_item::ScReqItem,
    record sc_request::ScRequest,
    record sc_task::ScTask,
    record sys_user::SysUser,
    record sys_user_group::SysUserGroup,
}
