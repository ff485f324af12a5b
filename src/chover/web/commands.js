/** What can be typed behind a slash: one table, from which the help is made. Names are those of the terminal client. */

import { CHANNELS } from "./commands/channels.js";
import { nearest, tell } from "./commands/command.js";
import { MESSAGES } from "./commands/messages.js";
import { OURSELVES } from "./commands/ourselves.js";
import { PEOPLE } from "./commands/people.js";
import { TALKING } from "./commands/talking.js";
import { fold } from "./irc.js";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./commands/command.js").Command} Command */

/** @type {Command} */
const HELP = { name: "help", usage: "[command]", help: "shows this list, or what one command does", run: (client, rest) => help(client, rest) };

/** @type {Command[]} */
export const COMMANDS = [HELP, ...TALKING, ...CHANNELS, ...MESSAGES, ...PEOPLE, ...OURSELVES];
/** Other names that people know. @type {Record<string, string>} */
const ALIASES = { j: "join", leave: "part", close: "part", m: "msg", w: "msg", say: "msg", "?": "help", raw: "quote", block: "ignore", unblock: "unignore" };

/**
 * Do what was typed; what is no command is never sent as a message.
 * @param {Client} client
 * @param {string} text It begins with a slash.
 * @returns {boolean} Whether there is such a command.
 */
export function run(client, text) {
  const [, typed = "", rest = ""] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  const command = find(typed, rest.trim());
  const answer = command ? command.run(client, rest.trim()) : unknown(typed);
  if (answer) client.act((state) => state.note(answer, ""));
  return Boolean(command);
}

/** @param {string} typed @param {string} rest */
function find(typed, rest) {
  const word = fold(typed);
  // As elsewhere: /q alone quits, with a nick it opens a conversation.
  const name = word === "q" ? (rest ? "query" : "quit") : (ALIASES[word] ?? word);
  return COMMANDS.find((each) => each.name === name);
}

/** @param {string} typed */
function unknown(typed) {
  const near = nearest(typed, COMMANDS.map(({ name }) => name));
  return `There is no /${typed}.${near ? ` Did you mean /${near}?` : ""} /help lists what there is; // sends a slash.`;
}

/** @param {Client} _client @param {string} rest */
function help(_client, rest) {
  const wanted = rest && find(rest.replace(/^\//, ""), "x");
  if (rest && !wanted) return unknown(rest);
  if (wanted) return `/${wanted.name} ${wanted.usage}: ${wanted.help}`;
  tell("open", { name: "help", about: "" });
}
