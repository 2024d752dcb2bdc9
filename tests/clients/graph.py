"""Talks to the pretend tenant with Microsoft's own clients: azure-identity for tokens, msgraph-sdk for the rest.

Argument: `http` or `https`. azure-identity refuses a plain-http authority, so over http the token comes from the
managed identity endpoint, which it does take.
"""

import asyncio
import os
import sys

from talk import READY, Talk

SCHEME = sys.argv[1]
TALK = Talk(f"msgraph-sdk over {SCHEME}")
AZURE = READY["azure_ad"]
GRAPH = AZURE["graph"] if SCHEME == "http" else READY["https"]["azure_ad"]
CA = READY.get("https", {}).get("ca_file")

if SCHEME == "http":
    os.environ["IDENTITY_ENDPOINT"] = f"{GRAPH}/MSI/token"
    os.environ["IDENTITY_HEADER"] = "sandbox-identity-header"
else:
    os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = CA

import httpx
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_content import BatchRequestContent
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

ANY_SCOPE = "https://graph.microsoft.com/.default"


def credential(kind="secret", secret=None):
    if SCHEME == "http":
        return ManagedIdentityCredential()
    common = {
        "authority": GRAPH,
        "disable_instance_discovery": True,
        "connection_verify": CA,
    }
    if kind == "certificate":
        return CertificateCredential(
            AZURE["tenant_id"], os.environ["CERTIFICATE_APP"], os.environ["CERTIFICATE_FILE"], **common
        )
    return ClientSecretCredential(
        AZURE["tenant_id"], os.environ["EVERYTHING_APP"], secret or "sandbox-everything-secret", **common
    )


class StaticCredential:
    """A token that was fetched by hand: what scripts over plain http do."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **options):
        from azure.core.credentials import AccessToken

        return AccessToken(self.token, 4102444800)


def everything():
    """A credential that may do everything."""
    if SCHEME == "https":
        return credential()
    answer = httpx.post(
        f"{GRAPH}/{AZURE['tenant_id']}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": os.environ["EVERYTHING_APP"],
            "client_secret": "sandbox-everything-secret",
            "scope": ANY_SCOPE,
        },
    )
    return StaticCredential(answer.json()["access_token"])


def client(cred):
    provider = AzureIdentityAuthenticationProvider(cred, scopes=[ANY_SCOPE], allowed_hosts=[])
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{GRAPH}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def query(**options):
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(**options)
    return RequestConfiguration(query_parameters=parameters)


async def tokens():
    if SCHEME == "http":
        with TALK.part("managed identity"):
            token = ManagedIdentityCredential().get_token(ANY_SCOPE)
            TALK.check("a token of the managed identity", token.token.count(".") == 2)
        return
    with TALK.part("client secret"):
        TALK.check("a token for a secret", credential().get_token(ANY_SCOPE).token.count(".") == 2)
    with TALK.part("certificate"):
        TALK.check("a token for a certificate", credential("certificate").get_token(ANY_SCOPE).token.count(".") == 2)
    try:
        credential(secret="wrong").get_token(ANY_SCOPE)
        TALK.check("a wrong secret is refused", False)
    except ClientAuthenticationError as error:
        TALK.check("a wrong secret is refused with its number", "AADSTS7000215" in str(error), str(error))


async def lists(graph):
    with TALK.part("list with paging"):
        first = await graph.users.get(query(top=7, select=["id", "displayName", "userPrincipalName"]))
        found = []
        iterator = PageIterator(first, graph.request_adapter)
        await iterator.iterate(lambda user: (found.append(user.id), True)[1])
        TALK.check("every user once", len(found) >= 60 and len(set(found)) == len(found), f"{len(found)}")
    with TALK.part("advanced query"):
        asked = query(count=True, filter="startswith(displayName,'A')", orderby=["displayName"], top=3)
        asked.headers.add("ConsistencyLevel", "eventual")
        page = await graph.users.get(asked)
        TALK.check("a count comes with the page", page.odata_count and page.odata_count >= len(page.value) > 0)
    with TALK.part("search"):
        asked = query(search='"displayName:ann"', select=["displayName"])
        asked.headers.add("ConsistencyLevel", "eventual")
        page = await graph.users.get(asked)
        TALK.check("somebody is found", any("Ann" in user.display_name for user in page.value))
    with TALK.part("expand"):
        user = await graph.users.by_user_id("a.berg@contoso.test").get(
            RequestConfiguration(query_parameters=_user_query(expand=["manager($select=id,displayName)"]))
        )
        TALK.check("the manager is in it", user.manager is not None and user.manager.id)


def _user_query(**options):
    from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

    return UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(**options)


async def delta(graph):
    with TALK.part("delta"):
        page, known = await graph.users.delta.get(), []
        while True:
            known += page.value
            if page.odata_delta_link:
                break
            page = await graph.users.delta.with_url(page.odata_next_link).get()
        TALK.check("a full round", len(known) >= 60, f"{len(known)}")
        link = page.odata_delta_link
        made = await graph.users.post(new_user("delta.person"))
        page = await graph.users.delta.with_url(link).get()
        TALK.check("a new user is in the next round", [user.id for user in page.value] == [made.id])
        await graph.users.by_user_id(made.id).delete()
        page = await graph.users.delta.with_url(page.odata_delta_link).get()
        removed = page.value[0].additional_data.get("@removed") if page.value else None
        TALK.check("a deleted one is marked", removed is not None and removed.get("reason") == "changed", f"{removed}")


def new_user(name):
    return User(
        account_enabled=True,
        display_name=name,
        mail_nickname=name,
        user_principal_name=f"{name}@contoso.test",
        usage_location="NO",
        password_profile=PasswordProfile(password="Ex4mple-pass!", force_change_password_next_sign_in=True),
    )


async def writes(graph):
    with TALK.part("create, change, members"):
        made = await graph.users.post(new_user("client.person"))
        TALK.check("a created user has an id", made.id)
        item = graph.users.by_user_id(made.id)
        await item.patch(User(department="Sales"))
        read = await item.get(RequestConfiguration(query_parameters=_user_query(select=["id", "department"])))
        TALK.check("a change is read back", read.department == "Sales")
        groups = await graph.groups.get()
        crm = next(group for group in groups.value if group.display_name == "Sales CRM")
        members = graph.groups.by_group_id(crm.id).members
        reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{made.id}")
        await members.ref.post(reference)
        listed = await members.get()
        TALK.check("a member that was added is listed", any(one.id == made.id for one in listed.value))
        try:
            await members.ref.post(reference)
            TALK.check("adding twice is refused", False)
        except ODataError as error:
            TALK.check("adding twice is refused", "already exist" in error.error.message, error.error.message)
        await members.by_directory_object_id(made.id).ref.delete()
        listed = await members.get()
        TALK.check("a member that was removed is not", all(one.id != made.id for one in listed.value))
        manager = await graph.users.by_user_id("m.boss@contoso.test").get()
        from msgraph.generated.models.reference_update import ReferenceUpdate

        await item.manager.ref.put(ReferenceUpdate(odata_id=f"https://graph.microsoft.com/v1.0/users/{manager.id}"))
        TALK.check("the manager is set", (await item.manager.get()).id == manager.id)
        await item.delete()


async def errors(graph):
    for what, call, code in [
        ("unknown user", lambda: graph.users.by_user_id("nobody@contoso.test").get(), "Request_ResourceNotFound"),
        ("bad filter", lambda: graph.users.get(query(filter="frobs eq 1")), "BadRequest"),
        ("unsupported filter", lambda: graph.users.get(query(filter="contains(displayName,'a')")), "Request_UnsupportedQuery"),
        ("taken name", lambda: graph.users.post(new_user("a.berg")), "Request_BadRequest"),
    ]:
        with TALK.part(what):
            try:
                await call()
                TALK.check(f"{what} is refused", False)
            except ODataError as error:
                TALK.check(f"{what} has its code", error.error.code == code, f"{error.error.code}")
                TALK.check(f"{what} has a request id", error.error.inner_error and error.error.inner_error.request_id)


async def batch(graph):
    with TALK.part("batch"):
        def get(url):
            request = RequestInformation()
            request.http_method = Method.GET
            request.url = url
            return request

        content = BatchRequestContent()
        content.add_request_information(get(f"{GRAPH}/v1.0/users/a.berg@contoso.test"), "1")
        content.add_request_information(get(f"{GRAPH}/v1.0/users/nobody"), "2")
        answer = await graph.batch.post(batch_request_content=content)
        statuses = answer.get_response_status_codes()
        TALK.check("each request has its own status", sorted(statuses.values()) == [200, 404], f"{statuses}")


async def throttling(graph):
    with TALK.part("throttling"):
        rule = {"platform": "azure_ad", "path": "/v1.0/organization", "answer": "throttle", "times": 1, "retry_after_secs": 1}
        async with httpx.AsyncClient() as admin:
            answer = await admin.post(f"{READY['admin']}/faults", json=rule)
            answer.raise_for_status()
        page = await graph.organization.get()
        TALK.check("the client comes again after a 429", len(page.value) == 1)


async def resources(graph):
    """One read of everything a client of the templates asks for."""
    user = "a.berg@contoso.test"
    person = graph.users.by_user_id(user)
    reads = {
        "groups": graph.groups.get,
        "member of": person.member_of.get,
        "licences of a user": person.license_details.get,
        "methods": person.authentication.methods.get,
        "roles": graph.directory_roles.get,
        "role definitions": graph.role_management.directory.role_definitions.get,
        "role assignments": graph.role_management.directory.role_assignments.get,
        "policies": graph.identity.conditional_access.policies.get,
        "locations": graph.identity.conditional_access.named_locations.get,
        "packages": graph.identity_governance.entitlement_management.access_packages.get,
        "package requests": graph.identity_governance.entitlement_management.assignment_requests.get,
        "workflows": graph.identity_governance.lifecycle_workflows.workflows.get,
        "risk detections": graph.identity_protection.risk_detections.get,
        "risky users": graph.identity_protection.risky_users.get,
        "alerts": graph.security.alerts_v2.get,
        "sign-ins": graph.audit_logs.sign_ins.get,
        "audits": graph.audit_logs.directory_audits.get,
        "subscriptions": graph.subscriptions.get,
        "skus": graph.subscribed_skus.get,
        "domains": graph.domains.get,
        "service principals": graph.service_principals.get,
        "deleted users": graph.directory.deleted_items.graph_user.get,
    }
    for what, read in reads.items():
        with TALK.part(what):
            page = await read()
            TALK.check(f"{what} is a list", page is not None and page.value is not None)


async def main():
    await tokens()
    graph = client(everything())
    for conversation in (lists, delta, writes, errors, batch, throttling, resources):
        await conversation(graph)


asyncio.run(main())
TALK.close()
