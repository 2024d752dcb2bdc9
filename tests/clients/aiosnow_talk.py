"""Talks to the pretend instance with aiosnow."""

import asyncio
import os

import aiosnow
from aiosnow.models import TableModel, fields
from talk import READY, Talk

TALK = Talk("aiosnow")
CLIENT = aiosnow.Client(
    READY["servicenow"]["instance"].split("//")[1],
    basic_auth=(os.environ["SN_USER"], os.environ["SN_PASSWORD"]),
    use_ssl=False,
)


class Incidents(TableModel):
    sys_id = fields.String(is_primary=True)
    number = fields.String()
    short_description = fields.String()
    impact = fields.IntegerMap()
    sys_created_on = fields.DateTime()
    active = fields.Boolean()


async def main():
    async with Incidents(CLIENT, table_name="incident") as incidents:
        with TALK.part("create, read, update, delete"):
            made = await incidents.create({"short_description": "aiosnow was here", "impact": 2})
            number = made["number"]
            read = await incidents.get_one(Incidents.number == number)
            TALK.check("read", read["short_description"] == "aiosnow was here", f"{read.data}")
            TALK.check("a choice has both values", read["impact"] == (2, "2 - Medium") or read["impact"].key == 2, f"{read['impact']}")
            await incidents.update(Incidents.number == number, {"short_description": "aiosnow came back"})
            read = await incidents.get_one(Incidents.number == number)
            TALK.check("update", read["short_description"] == "aiosnow came back")
            await incidents.delete(Incidents.number == number)
        with TALK.part("paging"):
            for place in range(12):
                await incidents.create({"short_description": f"aiosnow page {place}"})
            query = Incidents.short_description.starts_with("aiosnow page")
            found = [row async for row in incidents.stream(query, limit=100, page_size=5)]
            TALK.check("all of them, page by page", len(found) == 12, f"{len(found)}")


asyncio.run(main())
TALK.close()
