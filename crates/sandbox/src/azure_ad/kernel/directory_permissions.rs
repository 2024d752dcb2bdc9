//! What operations on the directory need that the description does not tell.
//!
//! Two sorts: where its flat lists have lost an "and" or leave something out, and neighbours of the described
//! operations that real clients call too.
//!
//! Source: microsoft-graph.md section 6.

const GROUP_WRITE: &[&str] = &["Group.ReadWrite.All", "Directory.ReadWrite.All"];
const GROUP_READ: &[&str] = &[
    "GroupMember.Read.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const DEVICE_READ: &[&str] =
    &["Device.Read.All", "Device.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const APP_READ: &[&str] =
    &["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const UNIT_READ: &[&str] = &[
    "AdministrativeUnit.Read.All",
    "AdministrativeUnit.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const APP_WRITE: &[&str] = &["Application.ReadWrite.All"];
const ASSIGN_ROLES: &[&str] = &["AppRoleAssignment.ReadWrite.All"];
const METHOD_WRITE: &[&str] = &["UserAuthenticationMethod.ReadWrite.All"];
const ROLE_WRITE: &[&str] = &["RoleManagement.ReadWrite.Directory"];
const OBJECT_READ: &[&str] = &["Directory.Read.All", "Directory.ReadWrite.All"];

/// Method, template, lists of which one each must be held; an empty list of lists: the handler judges for itself.
pub(crate) const SPECIAL: &[(&str, &str, &[&[&str]])] = &[
    // Delegated only; the handlers look at the tenant's switch.
    ("POST", "/users/{user-id}/changePassword", &[]),
    ("POST", "/users/{user-id}/authentication/methods/{authenticationMethod-id}/resetPassword", &[]),
    ("GET", "/users/{user-id}/authentication/operations/{longRunningOperation-id}", &[]),
    ("GET", "/me", &[]),
    ("GET", "/me/{relation}", &[]),
    ("PATCH", "/me", &[]),
    ("POST", "/me/{action}", &[]),
    // What is deleted decides what is needed.
    ("DELETE", "/groups/{group-id}/members/{directoryObject-id}", &[]),
    ("DELETE", "/groups/{group-id}/owners/{directoryObject-id}", &[]),
    ("DELETE", "/directoryRoles/{directoryRole-id}/members/{directoryObject-id}", &[]),
    ("POST", "/directory/deletedItems/{directoryObject-id}/restore", &[]),
    ("DELETE", "/directory/deletedItems/{directoryObject-id}", &[]),
    ("DELETE", "/groups/{group-id}", &[GROUP_WRITE]),
    ("POST", "/groups/{group-id}/owners/$ref", &[GROUP_WRITE]),
    ("DELETE", "/groups/{group-id}/owners/{directoryObject-id}/$ref", &[GROUP_WRITE]),
    (
        "POST",
        "/groups/{group-id}/assignLicense",
        &[&["LicenseAssignment.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"]],
    ),
    ("GET", "/groups/{group-id}/memberOf", &[GROUP_READ]),
    ("GET", "/groups/{group-id}/transitiveMemberOf", &[GROUP_READ]),
    ("POST", "/groups/{group-id}/checkMemberGroups", &[GROUP_READ]),
    ("POST", "/groups/{group-id}/getMemberGroups", &[GROUP_READ]),
    ("POST", "/groups/{group-id}/checkMemberObjects", &[GROUP_READ]),
    ("POST", "/groups/{group-id}/getMemberObjects", &[GROUP_READ]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/checkMemberGroups", &[APP_READ]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/getMemberGroups", &[APP_READ]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/checkMemberObjects", &[APP_READ]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/getMemberObjects", &[APP_READ]),
    ("POST", "/devices/{device-id}/checkMemberGroups", &[DEVICE_READ]),
    ("POST", "/devices/{device-id}/getMemberGroups", &[DEVICE_READ]),
    ("POST", "/devices/{device-id}/checkMemberObjects", &[DEVICE_READ]),
    ("POST", "/devices/{device-id}/getMemberObjects", &[DEVICE_READ]),
    ("POST", "/directoryObjects/{directoryObject-id}/checkMemberGroups", &[OBJECT_READ]),
    ("POST", "/directoryObjects/{directoryObject-id}/getMemberGroups", &[OBJECT_READ]),
    ("POST", "/directoryObjects/{directoryObject-id}/checkMemberObjects", &[OBJECT_READ]),
    ("POST", "/directoryObjects/{directoryObject-id}/getMemberObjects", &[OBJECT_READ]),
    ("GET", "/servicePrincipals/{servicePrincipal-id}/memberOf", &[APP_READ]),
    ("GET", "/servicePrincipals/{servicePrincipal-id}/transitiveMemberOf", &[APP_READ]),
    ("GET", "/devices/{device-id}/memberOf", &[DEVICE_READ]),
    ("GET", "/devices/{device-id}/transitiveMemberOf", &[DEVICE_READ]),
    ("GET", "/directory/administrativeUnits", &[UNIT_READ]),
    ("GET", "/directory/administrativeUnits/{administrativeUnit-id}", &[UNIT_READ]),
    ("GET", "/directory/administrativeUnits/{administrativeUnit-id}/members", &[UNIT_READ]),
    ("GET", "/servicePrincipals/{servicePrincipal-id}/owners", &[APP_READ]),
    ("GET", "/servicePrincipals/{servicePrincipal-id}/ownedObjects", &[APP_READ]),
    ("GET", "/groups/{group-id}/appRoleAssignments", &[OBJECT_READ]),
    ("POST", "/groups/{group-id}/appRoleAssignments", &[ASSIGN_ROLES]),
    ("DELETE", "/groups/{group-id}/appRoleAssignments/{appRoleAssignment-id}", &[ASSIGN_ROLES]),
    ("POST", "/directoryRoles", &[ROLE_WRITE]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo", &[ASSIGN_ROLES, APP_READ]),
    ("POST", "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments", &[ASSIGN_ROLES, APP_READ]),
    (
        "DELETE",
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments/{appRoleAssignment-id}",
        &[ASSIGN_ROLES],
    ),
    ("GET", "/applications", &[APP_READ]),
    ("GET", "/applications/$count", &[APP_READ]),
    ("GET", "/applications/{application-id}", &[APP_READ]),
    ("GET", "/applications/{application-id}/owners", &[APP_READ]),
    ("GET", "/applications/{application-id}/federatedIdentityCredentials", &[APP_READ]),
    ("POST", "/applications/{application-id}/addPassword", &[APP_WRITE]),
    ("POST", "/applications/{application-id}/removePassword", &[APP_WRITE]),
    ("GET", "/devices", &[DEVICE_READ]),
    ("GET", "/devices/$count", &[DEVICE_READ]),
    ("GET", "/devices/{device-id}", &[DEVICE_READ]),
    ("GET", "/directoryObjects/{directoryObject-id}", &[OBJECT_READ]),
    ("POST", "/directoryObjects/getByIds", &[OBJECT_READ]),
    ("DELETE", "/users/{user-id}/authentication/fido2Methods/{method-id}", &[METHOD_WRITE]),
    ("DELETE", "/users/{user-id}/authentication/emailMethods/{method-id}", &[METHOD_WRITE]),
    ("DELETE", "/users/{user-id}/authentication/softwareOathMethods/{method-id}", &[METHOD_WRITE]),
    ("DELETE", "/users/{user-id}/authentication/windowsHelloForBusinessMethods/{method-id}", &[METHOD_WRITE]),
];

const METHODS: &str = "/users/{user-id}/authentication/methods";

/// Operations that need what another one needs: template, template of the other.
pub(crate) const LIKE: &[(&str, &str)] = &[
    ("/users/{user-id}/directReports", "/users/{user-id}/manager"),
    ("/users/{user-id}/ownedObjects", "/users/{user-id}/ownedDevices"),
    ("/subscribedSkus/{subscribedSku-id}", "/subscribedSkus"),
    ("/organization/{organization-id}", "/organization"),
    ("/domains/{domain-id}", "/domains"),
    ("/directoryRoles/{directoryRole-id}", "/directoryRoles"),
    ("/directoryRoleTemplates", "/directoryRoles"),
    ("/directoryRoleTemplates/{template-id}", "/directoryRoles"),
    (
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments",
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo",
    ),
    ("/users/{user-id}/authentication/methods/{authenticationMethod-id}", METHODS),
    (
        "/users/{user-id}/authentication/microsoftAuthenticatorMethods/{microsoftAuthenticatorAuthenticationMethod-id}",
        "/users/{user-id}/authentication/microsoftAuthenticatorMethods",
    ),
    (
        "/users/{user-id}/authentication/temporaryAccessPassMethods/{temporaryAccessPassAuthenticationMethod-id}",
        "/users/{user-id}/authentication/temporaryAccessPassMethods",
    ),
    ("/users/{user-id}/authentication/fido2Methods", METHODS),
    ("/users/{user-id}/authentication/emailMethods", METHODS),
    ("/users/{user-id}/authentication/softwareOathMethods", METHODS),
    ("/users/{user-id}/authentication/windowsHelloForBusinessMethods", METHODS),
];
