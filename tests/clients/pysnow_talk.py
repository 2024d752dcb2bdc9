"""Talks to the pretend instance with pysnow, which many scripts still use."""

import os
from datetime import datetime

import pysnow
import requests
from talk import READY, Talk

TALK = Talk("pysnow")
HOST = READY["servicenow"]["instance"].split("//")[1]
CLIENT = pysnow.Client(host=HOST, user=os.environ["SN_USER"], password=os.environ["SN_PASSWORD"], use_ssl=False)
INCIDENTS = CLIENT.resource(api_path="/table/incident")

with TALK.part("create, read, update, delete"):
    made = INCIDENTS.create(payload={"short_description": "pysnow was here", "urgency": "1"}).one()
    TALK.check("create", made["number"].startswith("INC"))
    query = {"number": made["number"]}
    TALK.check("read", INCIDENTS.get(query=query, stream=True).one()["sys_id"] == made["sys_id"])
    changed = INCIDENTS.update(query=query, payload={"short_description": "pysnow came back"}).one()
    TALK.check("update", changed["short_description"] == "pysnow came back")
    INCIDENTS.attachments.upload(sys_id=made["sys_id"], file_path=__file__)
    files = INCIDENTS.attachments.get(sys_id=made["sys_id"])
    TALK.check("attachment", [one["file_name"] for one in files] == [os.path.basename(__file__)], f"{files}")
    gone = INCIDENTS.delete(query=query)
    TALK.check("delete", gone["status"] == "record deleted", f"{gone}")
    try:
        INCIDENTS.get(query=query, stream=True).one()
        TALK.check("it is gone", False)
    except pysnow.exceptions.NoResults:
        TALK.check("it is gone", True)

with TALK.part("query builder"):
    people = CLIENT.resource(api_path="/table/sys_user")
    people.parameters.display_value = True
    people.parameters.exclude_reference_link = True
    builder = (
        pysnow.QueryBuilder()
        .field("user_name").equals(["a.berg@contoso.test", "m.boss@contoso.test"])
        .AND().field("sys_created_on").between(datetime(2020, 1, 1), datetime(2030, 1, 1))
        .AND().field("user_name").order_ascending()
    )
    names = [row["user_name"] for row in people.get(query=builder, stream=True).all()]
    TALK.check("list, dates, order", names == ["a.berg@contoso.test", "m.boss@contoso.test"], f"{names}")
    some = list(people.get(query="active=true", limit=7, offset=3, fields=["user_name"]).all())
    TALK.check("limit and fields", len(some) == 7 and set(some[0]) == {"user_name"}, f"{some}")

with TALK.part("errors"):
    try:
        CLIENT.resource(api_path="/table/no_such_table").get(query={}).one()
        TALK.check("an unknown table is refused", False)
    except requests.HTTPError as error:
        TALK.check("an unknown table is named", "Invalid table" in error.response.text, error.response.text)

with TALK.part("OAuth"):
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    client = pysnow.OAuthClient(
        client_id=READY["servicenow"]["client_id"],
        client_secret=READY["servicenow"]["client_secret"],
        token_updater=lambda token: None,
        host=HOST,
        use_ssl=False,
    )
    client.set_token(client.generate_token(os.environ["SN_USER"], os.environ["SN_PASSWORD"]))
    one = client.resource(api_path="/table/sys_user").get(query="active=true", limit=1).one()
    TALK.check("a record is read with a token", len(one["sys_id"]) == 32)

TALK.close()
