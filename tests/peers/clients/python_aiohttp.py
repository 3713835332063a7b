"""Contacts kept with aiohttp: URL SID TOKEN KEY PHOTO."""

import asyncio
import base64
import json
import sys
from pathlib import Path

import aiohttp

url, sid, token, key, photo = sys.argv[1:]
contacts = f"{url}/Advertisers/{sid}/Campaigns/1000/Contacts"
image = Path(photo).read_bytes()


async def say(step: str, answer: aiohttp.ClientResponse) -> bytes:
    body = await answer.read()
    print(step, answer.status, base64.b64encode(body).decode())
    return body


async def main() -> None:
    john = {"action": "createcontact", "name": {"first-name": "Zoë", "last-name": "Müller"}}
    async with aiohttp.ClientSession() as session:
        await say("card", await session.post(f"{url}/api/v2", json=john, headers={"x-api-key": key}))
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(sid, token)) as session:
        form = aiohttp.FormData()
        for name, text in (
            ("FirstName", "Zoë"), ("LastName", "Müller"), ("EmailAddress", "zoe@example.com"), ("Accounts", "10000"),
            ("Labels[]", "Main Contact"), ("Labels[]", "Zürich"),
        ):  # fmt: skip
            form.add_field(name, text)
        form.add_field("file", image, filename="Zoë.png", content_type="image/png")
        contact = url + json.loads(await say("create", await session.post(contacts, data=form)))["Uri"]
        await say("list", await session.get(contacts, params={"Search": "zoë müller"}))
        await say("get", await session.get(contact))
        await say("image", await session.get(contact + "/ProfileImage"))
        await say("update", await session.put(contact, json={"Title": "Chefin", "LabelsAdd": ["Neu", "Bern"]}))
        await say("after", await session.get(contact))
        await say("delete", await session.delete(contact))
        await say("gone", await session.get(contact))


asyncio.run(main())
