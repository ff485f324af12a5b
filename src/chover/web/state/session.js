/** What follows when a connection is there, when the server has settled it, and when it is lost. */

import { format } from "../irc.js";
import { begin as beginDrafts } from "./drafts.js";
import { findConversations } from "./history.js";
import { begin as beginPreferences } from "./preferences.js";
import { subscribe } from "./metadata.js";
import { beAway } from "./presence.js";
import { guessedMask } from "./sending.js";

/** @import { State } from "../state.js" */

/** A connection is registered. @param {State} state @param {string} nick @param {Map<string, string>} caps */
export function connected(state, nick, caps) {
  state.status = "online";
  state.nick = nick;
  state.mask = guessedMask(nick);
  state.caps = caps;
  state.away = false;
  beginPreferences(state);
  beginDrafts(state);
  state.outgoing.push("PING settled");
  state.changed("connection");
  state.changed("caps");
}

/** The connection is gone; whatever was not answered will be sent again on the next. @param {State} state */
export function disconnected(state) {
  state.status = "offline";
  state.settled = false;
  state.outgoing.length = 0;
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

/** Everything that the server does by itself for newcomers has been done. @param {State} state */
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
