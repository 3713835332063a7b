// Contacts kept with Node's own fetch and FormData: URL SID TOKEN KEY PHOTO.
import { openAsBlob } from "node:fs";

const [url, sid, token, key, photo] = process.argv.slice(2);
const contacts = `${url}/Advertisers/${sid}/Campaigns/1000/Contacts`;
const headers = { authorization: "Basic " + Buffer.from(`${sid}:${token}`).toString("base64") };

async function ask(step, where, options = {}) {
  const answer = await fetch(where, { headers, ...options });
  const body = Buffer.from(await answer.arrayBuffer());
  console.log(step, answer.status, body.toString("base64"));
  return body;
}

await ask("card", `${url}/api/v2`, {
  method: "POST",
  headers: { "x-api-key": key, "content-type": "application/json" },
  body: JSON.stringify({ action: "createcontact", name: { "first-name": "Zoë", "last-name": "Müller" } }),
});
const form = new FormData();
form.append("FirstName", "Zoë");
form.append("LastName", "Müller");
form.append("EmailAddress", "zoe@example.com");
form.append("Accounts", "10000");
for (const label of ["Main Contact", "Zürich"]) form.append("Labels", label);
form.append("ProfileImageFile", await openAsBlob(photo, { type: "image/png" }), "Zoë.png");
const contact = url + JSON.parse(await ask("create", contacts, { method: "POST", body: form })).Uri;
await ask("list", `${contacts}?${new URLSearchParams({ Search: "zoë müller" })}`);
await ask("get", contact);
await ask("image", `${contact}/ProfileImage`);
const changes = new URLSearchParams({ Title: "Chefin" });
for (const label of ["Neu", "Bern"]) changes.append("LabelsAdd[]", label);
await ask("update", contact, { method: "PUT", body: changes });
await ask("after", contact);
await ask("delete", contact, { method: "DELETE" });
await ask("gone", contact);
