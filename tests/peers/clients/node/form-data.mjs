// Contacts kept with node:http and form-data, whose body comes in chunks of no announced length: URL SID TOKEN KEY PHOTO.
import { createReadStream } from "node:fs";
import http from "node:http";
import FormData from "form-data";

const [url, sid, token, key, photo] = process.argv.slice(2);
const contacts = `${url}/Advertisers/${sid}/Campaigns/1000/Contacts`;

function ask(step, where, { method = "GET", headers = {}, auth = `${sid}:${token}`, send = "" } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(where, { method, headers, auth }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      console.log(step, answer.statusCode, body.toString("base64"));
      resolve(body);
    });
    request.on("error", reject);
    if (send.pipe) send.pipe(request);
    else request.end(send);
  });
}

const john = JSON.stringify({ action: "createcontact", name: { "first-name": "Zoë", "last-name": "Müller" } });
await ask("card", `${url}/api/v2`, { method: "POST", auth: null, send: john, headers: { "x-api-key": key } });
const form = new FormData();
form.append("FirstName", "Zoë");
form.append("LastName", "Müller");
form.append("EmailAddress", "zoe@example.com");
form.append("Accounts", "10000");
form.append("Labels", "Main Contact,Zürich");
form.append("ProfileImageFile", "photo.png");
form.append("photo.png", createReadStream(photo));
const made = await ask("create", contacts, { method: "POST", headers: form.getHeaders(), send: form });
const contact = url + JSON.parse(made).Uri;
await ask("list", `${contacts}?Search=${encodeURIComponent("zoë müller")}`);
await ask("get", contact);
await ask("image", `${contact}/ProfileImage`);
const changes = new FormData();
changes.append("Title", "Chefin");
changes.append("LabelsAdd[0]", "Neu");
changes.append("LabelsAdd[1]", "Bern");
await ask("update", contact, { method: "PUT", headers: changes.getHeaders(), send: changes });
await ask("after", contact);
await ask("delete", contact, { method: "DELETE" });
await ask("gone", contact);
