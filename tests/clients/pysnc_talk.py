"""Talks to the pretend instance with PySNC, ServiceNow's own client for Python. It speaks https only."""

import os

from talk import READY, Talk

CA = READY["https"]["ca_file"]
os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = CA

from pysnc import ServiceNowClient
from pysnc.auth import ServiceNowClientCredentialsFlow

TALK = Talk("pysnc")
INSTANCE = READY["https"]["servicenow"]
CLIENT = ServiceNowClient(INSTANCE, (os.environ["SN_USER"], os.environ["SN_PASSWORD"]), verify=CA)

with TALK.part("OAuth with client credentials"):
    grant = ServiceNowClientCredentialsFlow(READY["servicenow"]["client_id"], READY["servicenow"]["client_secret"])
    record = ServiceNowClient(INSTANCE, grant).GlideRecord("sys_user")
    record.limit = 1
    record.query()
    TALK.check("a record is read with a token", record.next())

with TALK.part("insert, get, update, delete"):
    record = CLIENT.GlideRecord("incident")
    record.initialize()
    record.short_description = "Printer in Oslo"
    record.urgency = 2
    made = record.insert()
    TALK.check("insert gives a sys_id", made and len(str(made)) == 32, f"{made}")
    record = CLIENT.GlideRecord("incident")
    TALK.check("it is read by id", record.get(str(made)))
    TALK.check("it has a number", str(record.number).startswith("INC"), f"{record.number}")
    TALK.check("display value of a choice", record.get_display_value("urgency") == "2 - Medium", record.get_display_value("urgency"))
    record.short_description = "Printer in Bergen"
    record.work_notes = "Looked at it."
    TALK.check("update", record.update() is not None)
    record = CLIENT.GlideRecord("incident")
    record.get(str(made))
    TALK.check("the update is read back", record.short_description == "Printer in Bergen")
    TALK.check("a journal field reads empty", record.get_value("work_notes") in ("", None), record.get_value("work_notes"))
    TALK.check("delete", record.delete())
    TALK.check("it is gone", not CLIENT.GlideRecord("incident").get(str(made)))

with TALK.part("queries"):
    record = CLIENT.GlideRecord("sys_user")
    record.fields = ["sys_id", "user_name", "department.name"]
    record.add_query("active", "true")
    record.add_not_null_query("email")
    record.order_by("user_name")
    record.query()
    names = [row.user_name for row in record]
    TALK.check("all pages are read", record.get_row_count() == len(names) > 40, f"{record.get_row_count()} {len(names)}")
    TALK.check("in order", [name.lower() for name in names] == sorted(name.lower() for name in names))
    record = CLIENT.GlideRecord("sys_user")
    condition = record.add_query("user_name", "nobody")
    condition.add_or_condition("user_name", "a.berg@contoso.test")
    record.query()
    TALK.check("an or", record.get_row_count() == 1, f"{record.get_row_count()}")
    record = CLIENT.GlideRecord("incident")
    record.add_encoded_query("active=true^ORDERBYDESCnumber")
    record.limit = 3
    record.query()
    TALK.check("a limit", len(list(record)) <= 3)
    record = CLIENT.GlideRecord("sys_user_grmember")
    record.fields = ["user.name", "group.name"]
    record.add_query("group.name", "Service Desk")
    record.query()
    TALK.check("dot-walked", record.get_row_count() >= 3 and record.next() and record.get_value("group.name") == "Service Desk")

with TALK.part("several at once"):
    for number in range(5):
        record = CLIENT.GlideRecord("problem")
        record.initialize()
        record.short_description = f"pysnc batch {number}"
        record.insert()
    record = CLIENT.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", "pysnc batch")
    record.query()
    for row in record:
        row.description = "together"
    record.update_multiple()
    record = CLIENT.GlideRecord("problem")
    record.add_query("description", "together")
    record.query()
    TALK.check("update_multiple", record.get_row_count() == 5, f"{record.get_row_count()}")
    TALK.check("delete_multiple", record.delete_multiple())
    record = CLIENT.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", "pysnc batch")
    record.query()
    TALK.check("they are gone", record.get_row_count() == 0)

with TALK.part("attachments"):
    record = CLIENT.GlideRecord("incident")
    record.initialize()
    record.short_description = "with a file"
    made = str(record.insert())
    record = CLIENT.GlideRecord("incident")
    record.get(made)
    record.add_attachment("note.txt", b"hello over there")
    attachment = record.get_attachments()
    found = [(one.file_name, one.read()) for one in attachment]
    TALK.check("what was hung up comes back", found == [("note.txt", b"hello over there")], f"{found}")
    for one in record.get_attachments():
        one.delete()
    TALK.check("and can be taken down", len(list(record.get_attachments())) == 0)

with TALK.part("refusals"):
    from pysnc.exceptions import AuthenticationException, RequestException

    try:
        record = CLIENT.GlideRecord("no_such_table")
        record.query()
        TALK.check("an unknown table is refused", False)
    except RequestException as error:
        TALK.check("an unknown table is named", "Invalid table" in str(error), str(error))
    try:
        record = ServiceNowClient(INSTANCE, ("admin", "wrong"), verify=CA).GlideRecord("incident")
        record.query()
        TALK.check("a wrong password is refused", False)
    except AuthenticationException:
        TALK.check("a wrong password is refused", True)

TALK.close()
