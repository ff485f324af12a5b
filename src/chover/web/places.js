/**
 * The addresses of conversations and messages: "#/c/<name>" and "#/c/<name>/<msgid>" after the address of the page.
 *
 * A fragment is never sent to the server, and does not depend on what precedes it (such as a proxy's prefix).
 */

/** @typedef {{name: string, msgid: string}} Place A conversation, and a message in it or "". */

const PLACE = /^#\/c\/([^/]+)(?:\/([^/]+))?$/;
/** Longest valid name and msgid, in characters. */
const LONGEST = 200;

/**
 * The fragment of a place; "" for no conversation.
 * @param {string} name
 * @param {string} [msgid]
 */
export function fragment(name, msgid = "") {
  return name ? `#/c/${[name, msgid].filter(Boolean).map(escape).join("/")}` : "";
}

/**
 * The complete address, to be shared.
 * @param {string} name
 * @param {string} [msgid]
 */
export function address(name, msgid = "") {
  return location.origin + location.pathname + fragment(name, msgid);
}

/**
 * The place that a fragment names; null for any other fragment.
 * @param {string} hash
 * @returns {Place | null}
 */
export function placeOf(hash) {
  const [, name = "", msgid = ""] = PLACE.exec(hash) ?? [];
  try {
    const place = { name: decodeURIComponent(name), msgid: decodeURIComponent(msgid) };
    return place.name && place.name.length <= LONGEST && place.msgid.length <= LONGEST ? place : null;
  } catch {
    return null;
  }
}

/** The fragment of an address of a place in this page; "" for any other. @param {string} href */
export function within(href) {
  const here = location.origin + location.pathname;
  const hash = href.startsWith(`${here}#`) ? href.slice(here.length) : "";
  return placeOf(hash) ? hash : "";
}

/** Characters that end a link in a text, such as a full stop or a bracket, are escaped, too. @param {string} part */
function escape(part) {
  return encodeURIComponent(part).replace(/[!'()*~.]|_$/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
