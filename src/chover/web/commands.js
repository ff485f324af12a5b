/** Slash commands, from the table that all clients share; here are the handlers of its rows. */

import { teller } from "./commands/answers.js";
import { CHANNELS } from "./commands/channels.js";
import { CannotDo, tell } from "./commands/command.js";
import { MESSAGES } from "./commands/messages.js";
import { nearest } from "./commands/nearest.js";
import { OURSELVES } from "./commands/ourselves.js";
import { PEOPLE } from "./commands/people.js";
import { SCHEDULING } from "./commands/scheduling.js";
import { TALKING } from "./commands/talking.js";
import { t } from "./i18n.js";
import { fold } from "./irc.js";
import { answers } from "./state/server.js";
import { COMMANDS } from "./tables/commands.js";

/** @import { Client } from "./client.js" */
/** @import { Row } from "./commands/command.js" */

/** @type {Record<string, import("./commands/command.js").Run>} */
export const RUNS = { help, ...TALKING, ...CHANNELS, ...MESSAGES, ...SCHEDULING, ...PEOPLE, ...OURSELVES };
/** The commands that a page offers. */
export const POSSIBLE = COMMANDS.filter((row) => !row.not?.web);

// Somebody who types commands expects answers.
answers.words = teller();

/**
 * Run a command; an unknown one is never sent as a message.
 * @param {Client} client
 * @param {string} text It begins with a slash.
 * @returns {Promise<string>} What is to stand in the line again: a command that could not be done, without passwords.
 */
export async function run(client, text) {
  const [, typed = "", rest = ""] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  try {
    const answer = await command(client, typed, rest.trim());
    if (answer) client.act((state) => state.answer(answer));
    return "";
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    client.act((state) => state.answer(error.message));
    return find(typed)?.secret ? "" : text;
  }
}

/** @param {Client} client @param {string} typed @param {string} rest */
function command(client, typed, rest) {
  const row = find(typed, rest);
  if (!row) throw new CannotDo(unknown(typed));
  if (row.not?.web) throw new CannotDo(t("/{name} does nothing here: {reason}.", { name: row.name, reason: t(row.not.web) }));
  if (rest.split(/\s+/).filter(Boolean).length < (row.needs ?? 0)) throw new CannotDo(about(row));
  return RUNS[row.name]?.(client, rest);
}

/** The command of that name. Some names mean another command if nothing follows them. @param {string} typed @param {string} [rest] */
export function find(typed, rest = "x") {
  const word = fold(typed);
  return (!rest && COMMANDS.find(({ alone }) => alone?.includes(word)))
    || COMMANDS.find(({ name, aliases }) => name === word || aliases?.includes(word));
}

/** A command as it is typed, with its parameters. @param {Row} row */
export function shown({ name, usage }) {
  return `/${name} ${usage}`.trimEnd();
}

/** @param {Row} row */
function about(row) {
  return `${shown(row)}: ${t(row.help)}.`;
}

/** @param {string} typed */
function unknown(typed) {
  const near = nearest(typed, POSSIBLE.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  return t("There is no /{typed}.{hint} Nothing was sent; /help lists all commands, // sends a slash.", { typed, hint: near ? ` ${t("Did you mean /{near}?", { near })}` : "" });
}

/** @param {Client} _client @param {string} rest */
function help(_client, rest) {
  if (!rest) return tell("open", { name: "help", about: "" });
  const name = rest.replace(/^\//, "");
  const row = find(name);
  return row ? about(row) : unknown(name);
}
