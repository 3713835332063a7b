// Discovers the books from the bare address of the server, and makes, reads, changes, syncs and removes a card.
// Arguments: the server's address, the user name, the password. Prints one JSON object: what it saw at each step.
import { createDAVClient } from "tsdav";

const [serverUrl, username, password] = process.argv.slice(2);
const client = await createDAVClient({
  serverUrl,
  credentials: { username, password },
  authMethod: "Basic",
  defaultAccountType: "carddav",
});
const card = (name, uid) =>
  ["BEGIN:VCARD", "VERSION:3.0", `FN:${name}`, `N:${name};;;;`, `UID:${uid}`, "END:VCARD", ""].join("\r\n");
const read = async (book) =>
  (await client.fetchVCards({ addressBook: book })).map((it) => [it.url.split("/").pop(), it.data]).sort();

const books = await client.fetchAddressBooks();
const said = { books: books.map((it) => [it.displayName, new URL(it.url).pathname, Boolean(it.syncToken)]) };
const [book] = books;
said.before = await read(book);
const made = await client.createVCard({ addressBook: book, vCardString: card("Ann", "ann"), filename: "ann.vcf" });
said.made = made.status;
const again = await client.createVCard({ addressBook: book, vCardString: card("Ann", "ann"), filename: "ann.vcf" });
said.again = again.status;
said.after = await read(book);
const synced = await client.smartCollectionSync({
  collection: { ...book, objects: [], objectMultiGet: client.addressBookMultiGet },
  method: "webdav",
});
said.synced = synced.objects.map((it) => it.url.split("/").pop());
const etag = made.headers.get("etag");
const changed = await client.updateVCard({ vCard: { url: `${book.url}ann.vcf`, data: card("Bea", "ann"), etag } });
said.changed = changed.status;
const stale = await client.updateVCard({ vCard: { url: `${book.url}ann.vcf`, data: card("Eve", "ann"), etag } });
said.stale = stale.status;
const since = await client.syncCollection({
  url: book.url,
  props: { "d:getetag": {} },
  syncLevel: 1,
  syncToken: synced.syncToken,
});
said.since = since.filter((it) => it.href?.endsWith(".vcf")).map((it) => it.href.split("/").pop());
const gone = await client.deleteVCard({
  vCard: { url: `${book.url}ann.vcf`, etag: changed.headers.get("etag") },
});
said.gone = gone.status;
said.left = await read(book);
console.log(JSON.stringify(said));
