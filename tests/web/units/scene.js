/** A state that is online, and how to talk to it in lines. */

import { parse } from "../../../src/chover/web/irc.js";
import { State } from "../../../src/chover/web/state.js";
import { receive } from "../../../src/chover/web/state/dispatch.js";
import { connected } from "../../../src/chover/web/state/session.js";

export const ALL = [
  "batch", "draft/chathistory", "draft/message-redaction", "draft/multiline", "draft/read-marker", "echo-message",
  "labeled-response", "message-tags", "server-time", "soju.im/search",
];
const START = 1_760_000_000_000;

export class Scene {
  constructor({ caps = ALL, kept = {} } = {}) {
    this.state = new State(kept);
    this.state.now = START;
    connected(this.state, "ann", new Map(caps.map((cap) => [cap, cap === "draft/multiline" ? "max-bytes=4096,max-lines=32" : ""])));
    this.hear(":srv 005 ann CHATHISTORY=500 PREFIX=(qaohv)~&@%+ :are supported by this server");
    this.take();
  }

  /** Lines of the server. */
  hear(...lines) {
    for (const line of lines) receive(this.state, parse(line));
  }

  take() {
    return this.state.take();
  }

  /** In a channel of which there was no history, with everything settled. */
  inside(channel = "#a") {
    this.hear(`:ann!a@h JOIN ${channel}`, `:srv 353 ann = ${channel} :ann @bob`, `:srv 366 ann ${channel} :End`, ":srv PONG srv settled");
    this.answer("LATEST", channel);
    return this.state.conversations.get(channel);
  }

  /** Answer the last request that has this word in it with a batch of lines. */
  answer(word, target, lines = [], kind = "chathistory") {
    const asked = this.take().findLast((line) => line.includes(word));
    const label = /label=([^ ;]+)/.exec(asked ?? "")?.[1];
    if (!label) throw new Error(`nobody asked for ${word}`);
    this.hear(`@label=${label} :srv BATCH +h ${kind} ${target}`, ...lines.map(inBatch), ":srv BATCH -h");
    return asked;
  }

  texts(channel = "#a") {
    return this.state.conversations.get(channel)?.lines.filter(({ kind }) => kind === "message").map(({ text }) => text);
  }
}

export function at(seconds) {
  return new Date(START + seconds * 1000).toISOString();
}

/** A message that the server has kept. */
export function kept(msgid, text, { nick = "bob", target = "#a", seconds = 1, tags = "" } = {}) {
  return `@msgid=${msgid};time=${at(seconds)}${tags && `;${tags}`} :${nick}!u@h PRIVMSG ${target} :${text}`;
}

/** A line of the batch "h", or of one inside it. */
function inBatch(item) {
  const { inside, line } = typeof item === "string" ? { inside: "h", line: item } : item;
  if (line.includes(" BATCH -")) return line;
  return line.startsWith("@") ? `@batch=${inside};${line.slice(1)}` : `@batch=${inside} ${line}`;
}
