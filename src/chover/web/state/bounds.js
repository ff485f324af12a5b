/** How much of what a server sends is kept: no honest one reaches it, and a hostile one must not fill the memory (client/state/bounds.py). */

import { t } from "../i18n.js";

/** @import { State } from "../state.js" */

/** Members of all channels together, and as many people of whom something is known. */
export const PEOPLE = 200_000;
/** Channels that a server may put us into. */
export const CHANNELS = 2000;
/** Channels in the answer to LIST. */
export const LISTED = 50_000;
/** Conversations; beyond it, the oldest one is forgotten. */
export const CONVERSATIONS = 500;

/** Whether another member can be kept. If not, that is said. @param {State} state */
export function hasRoom(state) {
  let people = 0;
  for (const { members, naming } of state.conversations.values()) people += members.size + (naming?.size ?? 0);
  if (people >= PEOPLE) leftOut(state, t("members of channels"));
  return people < PEOPLE;
}

/** Say that no more of something is kept, the first time. @param {State} state @param {string} what */
export function leftOut(state, what) {
  if (state.leftOut.has(what)) return;
  state.leftOut.add(what);
  state.note(t("The server sends more {what} than a client can keep: the others are left out", { what }), "");
}
