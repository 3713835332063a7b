// Cards on standard input to one JSON array of what ical.js reads in them.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const TYPED = ["tel", "email", "adr"];

function record(jcard) {
  const card = new ICAL.Component(jcard);
  const one = (name) => [card.getFirstPropertyValue(name) ?? ""].flat();
  const labels = new Map(card.getAllProperties("x-ablabel").map((it) => [it.getParameter("group"), it.getFirstValue()]));
  const read = { version: one("version")[0], n: one("n"), org: one("org") };
  for (const name of ["fn", "title", "note"]) read[name] = one(name).join();
  for (const name of TYPED)
    read[name] = card
      .getAllProperties(name)
      .map((it) => [it.getFirstValue(), [it.getParameter("type") ?? []].flat().map((type) => type.toLowerCase()).sort()]);
  read.url = card.getAllProperties("url").map((it) => [it.getFirstValue(), labels.get(it.getParameter("group"))]);
  return read;
}

console.log(JSON.stringify(ICAL.parse(readFileSync(0, "utf8")).map(record)));
