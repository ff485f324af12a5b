/** The appearance of people: a colour and a letter for each, always the same. */

import { fold } from "./irc.js";
import { make } from "./html.js";

/** @import { State } from "./state.js" */

const FILE = /\/files\/([\w-]{16,})\/([^/?#\s]+)/;
/** The number of colours in the styles. */
const HUES = 12;

/** @param {string} nick */
export function hue(nick) {
  // FNV-1a, and its high bits: names that differ by a letter should get different colours.
  let sum = 0x811c9dc5;
  for (const char of fold(nick)) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (sum >>> 16) % HUES;
}

/** The first letter of a nick, for its avatar. @param {string} nick */
export function initial(nick) {
  const letters = [...nick.replace(/^[^\p{L}\p{N}]+/u, "")];
  return (letters[0] ?? nick[0] ?? "?").toUpperCase();
}

/** An avatar, hidden from screen readers: the name is next to it. @param {string} nick @param {string} [account] Its colour stays when the nick changes. */
export function avatar(nick, account = "") {
  return make("span.avatar", { "aria-hidden": "true", "data-hue": hue(account || nick) }, initial(nick));
}

/**
 * The same with the picture that somebody has chosen, in front of the letter. `account` is that of a message: a nick may have had another owner then.
 * @param {State} state
 * @param {string} nick
 * @param {string} [account]
 */
export function portrait(state, nick, account) {
  const user = state.users.get(fold(nick));
  const box = avatar(nick, account ?? user?.account);
  const same = account === undefined || !user?.account || account === user.account;
  const src = same ? ownFile(user?.metadata.avatar ?? "", state.support.get("soju.im/FILEHOST")) : "";
  if (src) {
    const image = make("img", { src, alt: "", loading: "lazy", decoding: "async", draggable: "false", onerror: () => image.remove() });
    box.append(image);
  }
  return box;
}

/**
 * The address of a file of our own server, which any address of it names; "" for others, so that nobody else learns who looks.
 * @param {string} value
 * @param {string} host Where files are kept; "" where none are.
 */
export function ownFile(value, host) {
  const [, id, name] = FILE.exec(value) ?? [];
  if (!id || !host) return "";
  const address = new URL(`${host.replace(/\/$/, "")}/${id}/${name}?avatar`, location.href);
  return address.origin === location.origin ? address.href : "";
}
