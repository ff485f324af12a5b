/** Joins, leaves and the like in one quiet line; what it sums up is behind it, with times and reasons. */

import { hours } from "../dates.js";
import { make } from "../html.js";
import { t, tn } from "../i18n.js";
import { modeWords } from "../mode-words.js";
import { plain } from "../text.js";

/** @import { Client } from "../client.js" */
/** @import { Child } from "../html.js" */
/** @import { State } from "../state.js" */
/** @import { Line } from "../state/shapes.js" */

/** What is summed up: who came and who went. */
const COMING = new Set(["join", "part", "quit"]);
/** People named in one group; of more, two are, and the others counted. */
const NAMED = 3;
/** What came of it, by whether somebody came first and came last; the terminal's words (src/chover/client/state/entries.py). @type {Record<string, string>} */
const OUTCOMES = { "true true": "joined", "false false": "left", "false true": "came back", "true false": "came and went" };
/** The sentence for each, by how many people it is about; `{who}` are they. @type {Record<string, (n: number) => string>} */
const SENTENCES = {
  joined: (n) => tn("{who} joined", "{who} joined", n),
  left: (n) => tn("{who} left", "{who} left", n),
  "came back": (n) => tn("{who} came back", "{who} came back", n),
  "came and went": (n) => tn("{who} came and went", "{who} came and went", n),
};

/** @type {Record<string, (line: Line, state: State) => string>} */
const EVENTS = {
  join: () => t("joined"),
  part: (line) => t("left") + reason(line),
  quit: (line) => t("left") + reason(line),
  nick: (line) => t("is now {about}", { about: line.about }),
  kick: (line) => t("removed {about}", { about: line.about }) + reason(line),
  topic: (line) => (line.text ? t("set the topic: {text}", { text: plain(line.text) }) : t("removed the topic")),
  mode: (line, { support }) => modeWords(line.text, support),
  rename: (line) => t("renamed the channel to {about}", { about: line.about }),
  invite: (line) => t("invited {about}", { about: line.about }),
};

/** By line: whether somebody has opened or closed the row that it is in. It stays so when the row gets another line. @type {WeakMap<Line, boolean>} */
const turned = new WeakMap();

/** @param {Line} line */
function reason({ text }) {
  return text ? ` (${plain(text)})` : "";
}

/** @param {Line[]} lines @param {Client} client */
export function eventsRow(lines, { state, settings }) {
  const summary = phrases(lines, state).flatMap((phrase, at) => [at ? " · " : "", ...phrase]);
  const more = lines.length > 1 || lines.some(({ kind, text }) => COMING.has(kind) && text);
  if (!more) return make("p.events", { dir: "auto" }, ...summary);
  const chosen = lines.map((line) => turned.get(line)).find((open) => open !== undefined);
  const row = make("details.events", { open: chosen ?? settings.get("events") === "yes", "data-first": lines[0]?.id },
    make("summary", { title: t("Show each, with time and reason"), onclick: () => lines.forEach((line) => turned.set(line, !row.open)) },
      make("span", { dir: "auto" }, ...summary)),
    make("ul", null, ...lines.map((line) => single(line, state))));
  return row;
}

/** @param {Line} line @param {State} state */
function single(line, state) {
  return make("li", { dir: "auto" }, make("time", { datetime: new Date(line.at).toISOString() }, hours(line.at)), " ", make("b", null, line.nick), ` ${EVENTS[line.kind]?.(line, state) ?? ""}`);
}

/** "ann and bob joined", "carl left", "bob set the topic: tea". @param {Line[]} lines @param {State} state */
export function phrases(lines, state) {
  /** @type {Child[][]} */
  const found = [];
  /** @type {Line[]} */
  let run = [];
  const close = () => {
    found.push(...outcomes(run));
    run = [];
  };
  for (const line of lines) {
    if (COMING.has(line.kind)) {
      run.push(line);
      continue;
    }
    close();
    found.push([make("b", null, line.nick), ` ${EVENTS[line.kind]?.(line, state) ?? ""}`]);
  }
  close();
  return found;
}

/** Each person once, by what came of it. @param {Line[]} run @returns {Child[][]} */
function outcomes(run) {
  return [...grouped(run)].map(([outcome, nicks]) => {
    const [before = "", after = ""] = (SENTENCES[outcome]?.(nicks.length) ?? "").split("{who}");
    return [before, ...people(nicks), after];
  });
}

/** Nicks by what came of their coming and going. @param {Line[]} run */
export function grouped(run) {
  /** @type {Map<string, {first: boolean, last: boolean}>} */
  const seen = new Map();
  for (const { nick, kind } of run) seen.set(nick, { first: seen.get(nick)?.first ?? kind === "join", last: kind === "join" });
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const [nick, { first, last }] of seen) {
    const outcome = OUTCOMES[`${first} ${last}`] ?? "";
    groups.set(outcome, [...(groups.get(outcome) ?? []), nick]);
  }
  return groups;
}

/** "ann", "ann and bob", "ann, bob and 3 others". @param {string[]} nicks @returns {Child[]} */
function people(nicks) {
  const shown = nicks.length > NAMED ? nicks.slice(0, NAMED - 1) : nicks;
  const others = nicks.length - shown.length;
  const named = shown.map((nick) => make("b", null, nick));
  const last = others ? tn("{n} other", "{n} others", others) : (named.pop() ?? "");
  return named.length ? [...named.flatMap((each, at) => [at ? ", " : "", each]), ` ${t("and")} `, last] : [last];
}
