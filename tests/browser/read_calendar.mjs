// Reads calendars as Thunderbird does: a JSON list of files on standard input, what ical.js finds in them on standard output.
import ICAL from "./node_modules/ical.js/dist/ical.js";
import { readFileSync } from "node:fs";

const moment = (time) => time.convertToZone(ICAL.Timezone.utcTimezone).toString();
const entryOf = (component) => {
  const entry = new ICAL.Event(component);
  return {
    uid: entry.uid,
    sequence: entry.sequence,
    status: component.getFirstPropertyValue("status"),
    summary: entry.summary,
    starts: moment(entry.startDate),
    ends: moment(entry.endDate),
    local: entry.startDate.toString(),
    zone: entry.startDate.zone.tzid,
  };
};
const read = (text) => {
  const book = new ICAL.Component(ICAL.parse(text));
  return {
    method: book.getFirstPropertyValue("method"),
    entries: book.getAllSubcomponents("vevent").map(entryOf),
  };
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
