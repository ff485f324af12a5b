/** What is known of people, and what follows when they change. */

import { fold } from "../irc.js";
import { PEOPLE } from "./bounds.js";
import { renamed } from "./drafts.js";

/** @import { State } from "../state.js" */
/** @import { User } from "./shapes.js" */

/** @param {State} state @param {string} nick @param {Partial<User>} known */
export function meet(state, nick, known) {
  const key = fold(nick);
  if (state.users.size >= PEOPLE && !state.users.has(key)) return;
  const before = state.users.get(key) ?? { nick, account: "", sure: false, realname: "", away: false, metadata: {} };
  state.users.set(key, { ...before, ...known, sure: before.sure || known.account !== undefined, nick });
}

/** Something about somebody has changed that lists show. @param {State} state @param {string} nick */
export function changed(state, nick) {
  for (const { key, members } of state.conversations.values()) {
    if (members.has(fold(nick)) || key === fold(nick)) state.changed("members", key);
  }
  state.changed("conversations");
}

/** What we are called now. @param {State} state @param {string} nick */
export function named(state, nick) {
  state.nick = nick;
  state.changed("me");
}

/** @param {State} state @param {string} account */
export function loggedIn(state, account) {
  state.account = account;
  state.changed("me");
}

/**
 * A channel, or somebody with whom we talk, has another name.
 * @param {State} state
 * @param {string} before
 * @param {string} after
 */
export function moved(state, before, after) {
  const conversation = state.conversations.get(fold(before));
  if (!conversation || (state.conversations.get(fold(after)) ?? conversation) !== conversation) return;
  state.conversations.delete(conversation.key);
  Object.assign(conversation, { key: fold(after), name: after });
  state.conversations.set(conversation.key, conversation);
  if (state.active === fold(before)) state.show(conversation.key);
  renamed(state, before, after);
  state.changed("conversations");
}
