/** Asks the server for something, and waits for the whole answer: a dialog shows it where it was asked. */

import { N_, t } from "./i18n.js";
import { receive } from "./state/dispatch.js";
import { refusal } from "./state/refusal.js";

/** @import { Client } from "./client.js" */
/** @import { Message } from "./state/shapes.js" */
/** @typedef {{messages: Message[], problem: string}} Reply `problem` is the refusal in words, or "". */

/** What an answer changes: the rest of the page learns it, too. */
const EVENTS = new Set(["AWAY", "INVITE", "KICK", "MODE", "TOPIC", "761", "766"]);
/** Numerics of refusals; 696 is a parameter of MODE that is wrong. */
const REFUSED = /^(?:[45]\d\d|696|FAIL)$/;
export const OFFLINE = N_("There is no connection. Try again when it is back.");

/**
 * @param {Client} client
 * @param {string} command
 * @param {string[]} params
 * @returns {Promise<Reply>}
 */
export function askServer(client, command, params) {
  if (client.state.status !== "online") return Promise.resolve({ messages: [], problem: t(OFFLINE) });
  return new Promise((resolve) => {
    const done = (/** @type {Message[]} */ messages) => {
      resolve({ messages, problem: problemOf(messages) });
      client.act((state) => messages.filter((each) => EVENTS.has(each.command)).forEach((each) => receive(state, bare(each))));
    };
    const request = {
      kind: "dialog", key: "", then: (/** @type {Message} */ message) => done([message]), page: (/** @type {import("./state/shapes.js").Batch} */ batch) => done(batch.messages),
      lost: () => resolve({ messages: [], problem: t(OFFLINE) }),
    };
    client.act((state) => state.ask(request, command, params));
  });
}

/**
 * Ask ChanServ. Its answer is words, of which `told` gives the lines.
 * @param {Client} client
 * @param {...string} words
 */
export async function askChanServ(client, ...words) {
  const { messages, problem } = await askServer(client, "CHANSERV", words);
  return { told: messages.filter(({ command }) => command === "NOTICE").map(({ params }) => params.at(-1) ?? ""), problem };
}

/** @param {Message[]} messages */
function problemOf(messages) {
  const refused = messages.find(({ command }) => REFUSED.test(command));
  return refused ? sentence(refusal(refused)) : "";
}

/** @param {string} text */
function sentence(text) {
  const words = text.trim() || t("The server refused it and gave no reason");
  return `${words[0]?.toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}

/** It answers nothing any more. @param {Message} message */
function bare({ tags: { label: _label, batch: _batch, ...tags }, ...message }) {
  return { ...message, tags };
}
