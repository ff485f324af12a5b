/** Messages that a channel has pinned for everybody (docs/protocol.md, "Pins of a channel"). No I/O. */

import { fold, format } from "../irc.js";
import { isOpen } from "./channel-facts.js";

/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { Message } from "./shapes.js" */

export const OFFERED = "chover.chat/pins";
/** More are not kept: a server has at most 50. */
const MOST = 100;

/** A part of the list, or its end. @param {State} state @param {Message} message */
export function pinned(state, { params: [name = "", part] }) {
  const conversation = state.conversations.get(fold(name));
  if (!conversation) return;
  if (part !== undefined) {
    conversation.pinning = [...conversation.pinning, ...part.split(" ").filter(Boolean)].slice(0, MOST);
    return;
  }
  [conversation.pins, conversation.pinning] = [conversation.pinning, []];
  state.changed("conversations");
  state.changed("lines", conversation.key);
}

/** Whether we may pin here: as the topic, anybody in a channel without +t. @param {State} state @param {Conversation} conversation */
export function mayPin(state, conversation) {
  const { channel, joined, members } = conversation;
  const { ranks = "" } = members.get(fold(state.nick)) ?? {};
  return channel && joined && state.can(OFFERED) && (isOpen(conversation) || /[~&@%]/.test(ranks));
}

/** Pin a message for everybody, or unpin it. @param {State} state @param {Conversation} conversation @param {string} msgid */
export function pinForAll(state, { name, pins }, msgid) {
  state.outgoing.push(format(pins.includes(msgid) ? "UNPIN" : "PIN", [name, msgid]));
}
