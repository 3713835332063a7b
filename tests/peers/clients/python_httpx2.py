"""Contacts kept with httpx2: URL SID TOKEN KEY PHOTO."""

import base64
import sys
from pathlib import Path

import httpx2

url, sid, token, key, photo = sys.argv[1:]
contacts = f"{url}/Advertisers/{sid}/Campaigns/1000/Contacts"


def say(step: str, answer: httpx2.Response) -> httpx2.Response:
    print(step, answer.status_code, base64.b64encode(answer.content).decode())
    return answer


john = {"action": "createcontact", "name": {"first-name": "Zoë", "last-name": "Müller"}}
say("card", httpx2.post(f"{url}/api/v2", json=john, headers={"x-api-key": key}))
fields = {
    "FirstName": "Zoë", "LastName": "Müller", "EmailAddress": "zoe@example.com", "Accounts": "10000",
    "Labels": ["Main Contact", "Zürich"],
}  # fmt: skip
with httpx2.Client(auth=(sid, token), timeout=30) as session, Path(photo).open("rb") as file:
    made = say("create", session.post(contacts, data=fields, files={"ProfileImageFile": file})).json()
    contact = url + made["Uri"]
    say("list", session.get(contacts, params={"Search": "zoë müller"}))
    say("get", session.get(contact))
    say("image", session.get(contact + "/ProfileImage"))
    say("update", session.put(contact, json={"Title": "Chefin", "LabelsAdd": ["Neu", "Bern"]}))
    say("after", session.get(contact))
    say("delete", session.delete(contact))
    say("gone", session.get(contact))
