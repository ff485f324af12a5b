/**
 * What the client asks for when a connection begins, and what it forgets when the connection is lost.
 *
 * 1. Registration (`../registration.js`): `CAP LS 302`, NICK and USER; then `CAP REQ` for every capability of its table
 *    `WANTED` that the server offers; then the login (`AUTHENTICATE PLAIN`) or the invitation (`REDEEM`); then `CAP END`.
 * 2. `connected`, after 001: the account's conversation preferences (`METADATA * SUB …`, preferences.js) and
 *    `PING settled`. By itself the server sends the channels of an account, its read markers and its drafts.
 * 3. `settled`, at the PONG: the away message, if there was one; `JOIN` for each channel of the last time; for each
 *    private conversation its read marker (`MARKREAD`) and what was said since (`CHATHISTORY AFTER` or `LATEST`,
 *    history.js); the private conversations of the last 90 days (`CHATHISTORY TARGETS`); and what people say about
 *    themselves (`METADATA * SUB`, metadata.js).
 * 4. Each channel, once it is joined: what was said there since (`CHATHISTORY`, `joined` in ../state.js).
 */

import { format } from "../irc.js";
import { begin as beginDrafts } from "./drafts.js";
import { findConversations } from "./history.js";
import { begin as beginPreferences } from "./preferences.js";
import { subscribe } from "./metadata.js";
import { beAway } from "./presence.js";
import { guessedMask } from "./sending.js";

/** @import { State } from "../state.js" */

/** The server has registered the connection. @param {State} state @param {string} nick @param {Map<string, string>} caps */
export function connected(state, nick, caps) {
  state.status = "online";
  state.nick = nick;
  state.mask = guessedMask(nick);
  state.caps = caps;
  state.away = false;
  // The server sends them again, if there are any.
  state.scheduled = [];
  beginPreferences(state);
  beginDrafts(state);
  state.outgoing.push("PING settled");
  state.changed("connection");
  state.changed("caps");
}

/** The connection is lost. Unacknowledged messages are sent again on the next one. @param {State} state */
export function disconnected(state) {
  state.status = "offline";
  state.settled = false;
  state.outgoing.length = 0;
  for (const { lost } of state.requests.values()) lost?.();
  state.requests.clear();
  state.batches.clear();
  state.outbox.lost();
  for (const conversation of state.conversations.values()) {
    conversation.joined = false;
    if (conversation.leaving) conversation.leaving.sent = false;
    conversation.held = null;
    conversation.naming = null;
    conversation.typing.clear();
    if (conversation.older === "asking") conversation.older = "unknown";
    state.changed("lines", conversation.key);
  }
  state.changed("connection");
}

/** The server has finished what it sends by itself after a login. @param {State} state */
export function settled(state) {
  state.settled = true;
  if (state.absent) beAway(state, state.absent);
  for (const [key, name] of state.wanted) {
    if (!state.conversations.get(key)?.joined) state.outgoing.push(format("JOIN", [name]));
  }
  for (const conversation of state.conversations.values()) if (!conversation.channel) state.open(conversation);
  findConversations(state);
  subscribe(state);
  state.changed("connection");
}
