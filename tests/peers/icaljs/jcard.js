// An array of jCards on standard input to what ical.js reads in each: name, parameters, type and values of all properties.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const plain = (value) => (Array.isArray(value) ? value.map(plain) : String(value));

function read(jcard) {
  const properties = new ICAL.Component(jcard).getAllProperties();
  return properties.map((it) => [it.name, it.toJSON()[1], it.type, ...it.getValues().map(plain)]);
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
