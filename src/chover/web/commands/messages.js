/** Finding messages, and doing something with them: with the last one, where none is chosen. */

import { counts } from "../state/conversation.js";
import { edit } from "../state/editing.js";
import { react, remove as redact, say } from "../state/wishes.js";
import { oneLine, split, tell } from "./command.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("../state/conversation.js").Conversation} Conversation */
/** @typedef {import("../state/conversation.js").Line} Line */
/** @typedef {import("./command.js").Command} Command */

/**
 * Do something with the last message of somebody else, or of ours.
 * @param {Client} client
 * @param {boolean} mine
 * @param {(state: import("../state.js").State, conversation: Conversation, line: Line) => void} what
 */
function last(client, mine, what) {
  const { current } = client.state;
  const wanted = (/** @type {Line} */ line) => line.msgid && !line.deleted && (mine ? line.mine && line.kind === "message" : counts(line));
  const line = current?.lines.findLast(wanted);
  if (!current || !line) return mine ? "You have said nothing here." : "Nobody has said anything here.";
  client.act((state) => what(state, current, line));
}

/** @param {Client} client @param {string} rest */
function reply(client, rest) {
  if (!rest) return "What? /reply text";
  return last(client, false, (state, { name }, { msgid }) => say(state, name, rest, { nonce: () => client.nonce(), replyTo: msgid }));
}

/** @param {Client} client @param {string} rest */
function reaction(client, rest) {
  if (!rest) return "With what? /react tada";
  void import("../emoji.js").then(({ findEmoji }) => {
    const emoji = /^:?[\w+-]+:?$/.test(rest) ? findEmoji(rest.replaceAll(":", ""), 1)[0]?.emoji : rest;
    const answer = emoji ? last(client, false, (state, conversation, line) => react(state, conversation, line, emoji)) : `There is no emoji called ${rest}.`;
    if (answer) client.act((state) => state.note(answer, ""));
  });
}

/** @param {Client} client @param {string} rest */
function change(client, rest) {
  if (!rest) return "Into what? /edit text";
  if (!client.state.can("chover.chat/edit")) return "Messages cannot be edited here, or there is no connection.";
  return last(client, true, (state, conversation, line) => edit(state, conversation, line, oneLine(rest)));
}

/** @param {Client} client @param {string} reason */
function remove(client, reason) {
  if (!client.state.can("draft/message-redaction")) return "Messages cannot be deleted here, or there is no connection.";
  return last(client, true, (state, conversation, line) => redact(state, conversation, line, oneLine(reason)));
}

/** @param {Client} client @param {string} rest */
function search(client, rest) {
  if (!client.state.can("soju.im/search")) return "This server cannot search, or there is no connection.";
  tell("show-panel", { name: "search", about: rest });
}

/** @param {"catchup" | "mentions"} kind */
function missed(kind) {
  return () => tell("show-panel", { name: "catch-up", about: kind });
}

/** @param {Client} client */
function read(client) {
  client.act((state) => [...state.conversations.values()].filter(({ unread }) => unread).forEach(({ key }) => state.read(key)));
}

/** @param {Client} client @param {string} rest */
function goTo(client, rest) {
  const [name, msgid] = split(rest);
  if (!name) return "Where to? /goto #channel";
  client.act((state) => state.show(state.conversation(name).key));
  if (msgid) tell("jump", msgid);
}

/** @type {Command[]} */
export const MESSAGES = [
  { name: "search", usage: "[text] [from: in: before: after:]", help: "searches what was said", run: search },
  { name: "history", usage: "", help: "goes to what is oldest here", run: () => tell("to-edge", "Home") },
  { name: "catchup", usage: "", help: "shows what you missed", run: missed("catchup") },
  { name: "mentions", usage: "", help: "lists where you were mentioned", run: missed("mentions") },
  { name: "pins", usage: "", help: "lists the messages that are pinned", run: () => tell("open", { name: "pins", about: "" }) },
  { name: "goto", usage: "#channel|nick [id]", help: "goes to a conversation", run: goTo },
  { name: "select", usage: "", help: "goes to the messages, where keys do something with one", run: () => tell("to-messages") },
  { name: "read", usage: "", help: "marks everything as read", run: read },
  { name: "reply", usage: "text", help: "answers the last message", run: reply },
  { name: "react", usage: "emoji|name", help: "puts a reaction to the last message, or takes it back", run: reaction },
  { name: "edit", usage: "text", help: "changes what you said last", run: change },
  { name: "delete", usage: "[reason]", help: "deletes what you said last", run: remove },
];
