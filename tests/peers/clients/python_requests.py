"""Contacts kept with requests: URL SID TOKEN KEY PHOTO."""

import base64
import sys
from pathlib import Path

import requests

url, sid, token, key, photo = sys.argv[1:]
contacts = f"{url}/Advertisers/{sid}/Campaigns/1000/Contacts"
session = requests.Session()
session.auth = (sid, token)


def say(step: str, answer: requests.Response) -> requests.Response:
    print(step, answer.status_code, base64.b64encode(answer.content).decode())
    return answer


john = {"action": "createcontact", "name": {"first-name": "Zoë", "last-name": "Müller"}}
say("card", requests.post(f"{url}/api/v2", json=john, headers={"x-api-key": key}, timeout=30))
fields = {
    "FirstName": "Zoë", "LastName": "Müller", "EmailAddress": "zoe@example.com", "Accounts": "10000",
    "Labels": ["Main Contact", "Zürich"],
}  # fmt: skip
with Path(photo).open("rb") as file:
    made = say("create", session.post(contacts, data=fields, files={"ProfileImageFile": file}, timeout=30)).json()
contact = url + made["Uri"]
say("list", session.get(contacts, params={"Search": "zoë müller"}, timeout=30))
say("get", session.get(contact, timeout=30))
say("image", session.get(contact + "/ProfileImage", timeout=30))
say("update", session.put(contact, data={"Title": "Chefin", "LabelsAdd[]": ["Neu", "Bern"]}, timeout=30))
say("after", session.get(contact, timeout=30))
say("delete", session.delete(contact, timeout=30))
say("gone", session.get(contact, timeout=30))
