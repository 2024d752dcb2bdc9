"""Talks to the pretend instance with snowpy3, which speaks the older JSON web service."""

import os

from snowpy3 import Connection, SNOWPY3
from talk import READY, Talk

TALK = Talk("snowpy3")
SECURE = READY["https"]
CONNECTION = Connection.Auth(
    username=os.environ["SN_USER"],
    password=os.environ["SN_PASSWORD"],
    instance=SECURE["servicenow"],
    verify=SECURE["ca_file"],
)
INCIDENTS = SNOWPY3.Incident(CONNECTION)

with TALK.part("create, read, update, delete"):
    made = INCIDENTS.create({"short_description": "snowpy was here", "caller_id": "Abel Tuter", "urgency": "1"})
    made = made["records"][0]
    TALK.check("create", made["__status"] == "success" and made["number"].startswith("INC"), f"{made}")
    one = INCIDENTS.fetch_one({"number": made["number"]})
    TALK.check("names for references", one["caller_id"] == "Abel Tuter", f"{one}")
    keys = INCIDENTS.list({"number": made["number"]})
    TALK.check("keys", keys["records"] == [made["sys_id"]], f"{keys}")
    changed = INCIDENTS.update({"number": made["number"]}, {"short_description": "snowpy came back"})
    TALK.check("update", changed["records"][0]["short_description"] == "snowpy came back", f"{changed}")
    INCIDENTS.delete(made["sys_id"])
    TALK.check("it is gone", INCIDENTS.fetch_one({"number": made["number"]}) == {})
with TALK.part("many at once"):
    rows = [{"short_description": f"snowpy page {place}"} for place in range(3)]
    made = INCIDENTS.create_multiple({"records": rows})
    TALK.check("insert", len(made["records"]) == 3, f"{made}")
    recent = INCIDENTS.last_updated(5, {"short_description": "snowpy page 1"})
    TALK.check("the last minutes", len(recent["records"]) == 1, f"{recent}")
    INCIDENTS.delete_multiple("short_descriptionSTARTSWITHsnowpy page")
    TALK.check("all are gone", INCIDENTS.list_by_query("short_descriptionSTARTSWITHsnowpy page")["records"] == [])
with TALK.part("other tables"):
    TALK.check("servers", len(SNOWPY3.Server(CONNECTION).fetch_all({})["records"]) > 0)
    TALK.check("people", SNOWPY3.User(CONNECTION).fetch_one({"user_name": "admin"})["name"] == "System Administrator")

TALK.close()
