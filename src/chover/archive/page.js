"use strict";
// Rows are [time, nick, text, kind, files]; kind is "" for a message, "me" for an action, "event" for anything else.
const PAGE = 500, FOUND = 500;
const by = (id) => document.getElementById(id);
// What is known of a conversation stands behind its rows.
const logs = [...document.querySelectorAll("script.log")].map((node) => ({ node, ...JSON.parse(node.textContent) }));
const rowsOf = (log) => (log.rows ??= JSON.parse(log.node.previousElementSibling.textContent));
let open = logs[0], last = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Text of others: never markup; web addresses become links, those of files lead to the copies beside this page. */
function fill(node, text, files, words) {
  for (const part of text.split(/(https?:\/\/[^\s<>"]+)/)) {
    if (!/^https?:\/\//.test(part)) { mark(node, part, words); continue; }
    const link = element("a", "", part);
    const id = /\/files\/([A-Za-z0-9_-]{22})/.exec(part)?.[1];
    link.href = (id && files?.[id]) || part;
    link.rel = "noopener noreferrer";
    node.append(link);
  }
}

function mark(node, text, words) {
  if (!words.length) { node.append(text); return; }
  const lower = text.toLowerCase();
  for (let at = 0; at < text.length;) {
    const next = words.map((word) => [lower.indexOf(word, at), word.length]).filter(([from]) => from >= 0).sort((a, b) => a[0] - b[0])[0];
    if (!next || lower.length !== text.length) { node.append(text.slice(at)); return; }
    node.append(text.slice(at, next[0]), element("mark", "", text.slice(next[0], next[0] + next[1])));
    at = next[0] + next[1];
  }
}

function row([at, nick, text, kind, files], words = []) {
  const item = element("li", kind), time = element("time", "", new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = new Date(at).toISOString();
  time.title = new Date(at).toLocaleString();
  item.append(time);
  item.append(element("bdi", "nick", kind === "me" ? `* ${nick}` : nick));
  const body = element("bdi");
  fill(body, text, files, words);
  item.append(body);
  return item;
}

function withDays(rows, make) {
  const items = [];
  let day = "";
  for (const each of rows) {
    const its = new Date(each[0]).toLocaleDateString([], { dateStyle: "full" });
    if (its !== day) items.push(element("li", "day", (day = its)));
    items.push(make(each));
  }
  return items;
}

/** Show the rows before ``end``; ``here`` is the one that was looked for. */
function show(log, end = rowsOf(log).length, here = -1) {
  open = log;
  last = Math.min(Math.max(end, Math.min(PAGE, rowsOf(log).length)), rowsOf(log).length);
  const first = Math.max(last - PAGE, 0), rows = rowsOf(log);
  by("name").textContent = log.name;
  by("topic").textContent = log.topic;
  by("where").textContent = rows.length ? `${first + 1} to ${last} of ${rows.length}` : "Nothing was said here.";
  by("rows").replaceChildren(...withDays(rows.slice(first, last), (each) => {
    const item = row(each);
    if (each === rows[here]) item.classList.add("here");
    return item;
  }));
  by("older").disabled = first === 0;
  by("newer").disabled = last === rows.length;
  by("turn").hidden = rows.length <= PAGE;
  for (const button of by("logs").querySelectorAll("button")) button.toggleAttribute("aria-current", button.log === log);
  (by("rows").querySelector(".here") ?? by("name")).scrollIntoView({ block: "nearest" });
}

function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) { show(open); return; }
  const found = [];
  for (const log of logs) rowsOf(log).forEach((each, index) => {
    const all = `${each[1]} ${each[2]}`.toLowerCase();
    if (each[3] !== "event" && words.every((word) => all.includes(word))) found.push([log, index, each]);
  });
  found.sort((a, b) => b[2][0] - a[2][0]);
  by("name").textContent = `“${text.trim()}”`;
  by("topic").textContent = "";
  by("where").textContent = found.length > FOUND ? `The newest ${FOUND} of ${found.length} messages` : found.length === 1 ? "1 message" : `${found.length} messages`;
  by("turn").hidden = true;
  by("rows").replaceChildren(...found.slice(0, FOUND).map(([log, index, each]) => {
    const item = row(each, words), place = element("button", "found", `${log.name}, ${new Date(each[0]).toLocaleDateString()}`);
    place.onclick = () => { by("words").value = ""; show(log, index + PAGE / 2, index); };
    item.append(" ", place);
    return item;
  }));
}

for (const log of logs) {
  const item = element("li"), button = element("button", "", `${log.name} (${log.count})`);
  button.log = log;
  button.onclick = () => { by("words").value = ""; show(log); };
  item.append(button);
  by("logs").append(item);
}
by("older").onclick = () => show(open, last - PAGE);
by("newer").onclick = () => show(open, last + PAGE);
by("words").oninput = () => search(by("words").value);
document.querySelector("form").onsubmit = (event) => event.preventDefault();
if (open) show(open);
