/** What a slash command is, and what most of them need. */

import { fold, format } from "../irc.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("../state/conversation.js").Conversation} Conversation */
/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} usage What stands behind the name.
 * @property {string} help
 * @property {(client: Client, rest: string) => string | void} run What it returns is an answer for whoever typed it.
 */

/**
 * Send a line; what is wrong, if something is.
 * @param {Client} client
 * @param {string} command
 * @param {string[]} params
 */
export function send(client, command, params) {
  if (client.state.status !== "online") return "There is no connection.";
  client.act((state) => state.outgoing.push(format(command, params.map(oneLine))));
}

/** @param {string} text */
export function oneLine(text) {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

/** The first word and the rest. @param {string} text @returns {[string, string]} */
export function split(text) {
  const [, word = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(text) ?? [];
  return [word, rest];
}

/** Do something with the channel that is shown. @param {Client} client @param {(channel: Conversation) => string | void} what */
export function here(client, what) {
  const { current } = client.state;
  return current?.channel ? what(current) : "This is for channels: go to one first.";
}

/** Tell the page. @param {string} name @param {unknown} [detail] */
export function tell(name, detail = null) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * What was meant by a word that is no command: the nearest by letters, if one is near.
 * @param {string} word
 * @param {string[]} names
 */
export function nearest(word, names) {
  const ranked = names.map((name) => ({ name, far: distance(fold(word), name) })).sort((a, b) => a.far - b.far);
  const [best] = ranked;
  return best && best.far <= (word.length > 3 ? 2 : 1) ? best.name : names.find((name) => word && name.startsWith(fold(word)));
}

/** Letters to change, add or take away (Levenshtein). @param {string} one @param {string} other */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
