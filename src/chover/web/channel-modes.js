/** The settings of a channel that are modes of IRC, in words, and who may change them. */

/** @import { Conversation } from "./state/conversation.js" */
/** @import { State } from "./state.js" */
import { N_ } from "./i18n.js";
import { fold } from "./irc.js";

/**
 * @typedef {object} Switch
 * @property {string} letter
 * @property {string} label
 * @property {string} help
 * @property {boolean} [half] Half-operators may change it, too.
 */
/**
 * @typedef {object} Value A setting with a value.
 * @property {string} letter
 * @property {string} label
 * @property {string} help
 * @property {"number" | "text"} type
 * @property {number} most The largest number, or the maximum length of a text.
 * @property {boolean} [half]
 */

/** @type {Switch[]} */
export const SWITCHES = [
  { letter: "i", label: N_("Only invited people can join"), help: N_("By an invitation, an invitation link, or a permanent role.") },
  { letter: "s", label: N_("Hidden"), help: N_("People outside see neither the channel nor who is in it.") },
  { letter: "R", label: N_("Only people with an account can join"), help: N_("Guests are told to make one.") },
  { letter: "m", label: N_("Only people with a role can speak"), help: N_("Voice is enough. All others can read.") },
  { letter: "M", label: N_("Guests can only read"), help: N_("People with an account, or with voice, can speak.") },
  { letter: "t", label: N_("Only operators and half-operators set the topic"), help: N_("Otherwise every member can.") },
];

/** @type {Value[]} */
export const VALUES = [
  { letter: "W", label: N_("Slow mode"), help: N_("Seconds that members without a role wait between two messages. Empty: none."), type: "number", most: 3600, half: true },
  { letter: "k", label: N_("Key"), help: N_("Has to be typed to join. Empty: none is needed."), type: "text", most: 23 },
  { letter: "l", label: N_("Largest number of members"), help: N_("Empty: any number."), type: "number", most: 100_000 },
];

/** @typedef {{operator: boolean, half: boolean, founder: boolean}} Rights */

/** What our rank allows us in a channel. @param {State} state @param {Conversation} conversation @returns {Rights} */
export function rightsIn(state, { members }) {
  const ranks = members.get(fold(state.nick))?.ranks ?? "";
  const operator = /[~&@]/.test(ranks);
  return { operator, half: operator || ranks.includes("%"), founder: ranks.includes("~") };
}

/**
 * The modes of an answer (324): values by letter.
 * @param {State} state
 * @param {string[]} words The letters, and their values.
 * @returns {Map<string, string>}
 */
export function modesOf(state, words) {
  const [letters = "", ...values] = words;
  return new Map(state.support.modes(letters, values).map(([, letter, value]) => [letter, value]));
}
