// Contacts kept with axios, which writes arrays as Labels[] and Labels[0] by itself: URL SID TOKEN KEY PHOTO.
import { createReadStream } from "node:fs";
import axios from "axios";

const [url, sid, token, key, photo] = process.argv.slice(2);
const contacts = `${url}/Advertisers/${sid}/Campaigns/1000/Contacts`;
const client = axios.create({
  auth: { username: sid, password: token }, responseType: "arraybuffer", validateStatus: () => true, proxy: false,
});

function say(step, answer) {
  console.log(step, answer.status, Buffer.from(answer.data).toString("base64"));
  return answer.data;
}

const john = { action: "createcontact", name: { "first-name": "Zoë", "last-name": "Müller" } };
say("card", await axios.post(`${url}/api/v2`, john, { headers: { "x-api-key": key }, responseType: "arraybuffer", proxy: false }));
const made = say("create", await client.postForm(contacts, {
  FirstName: "Zoë", LastName: "Müller", EmailAddress: "zoe@example.com", Accounts: ["10000"],
  Labels: ["Main Contact", "Zürich"],
  ProfileImageFile: createReadStream(photo),
}));
const contact = url + JSON.parse(made).Uri;
say("list", await client.get(contacts, { params: { Search: "zoë müller" } }));
say("get", await client.get(contact));
say("image", await client.get(`${contact}/ProfileImage`));
const update = { Title: "Chefin", LabelsAdd: ["Neu", "Bern"] };
say("update", await client.put(contact, update, { headers: { "content-type": "application/x-www-form-urlencoded" } }));
say("after", await client.get(contact));
say("delete", await client.delete(contact));
say("gone", await client.get(contact));
