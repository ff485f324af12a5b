/**
 * The addresses of conversations and messages: "#/c/<name>" and "#/c/<name>/<msgid>" behind the address of the page.
 *
 * A fragment is never sent to the server, and stays whatever stands in front of it (a proxy's prefix).
 */

/** @typedef {{name: string, msgid: string}} Place A conversation, and a message in it or "". */

const PLACE = /^#\/c\/([^/]+)(?:\/([^/]+))?$/;
/** Longest name and msgid that are believed, in characters. */
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
 * The whole address, to be given away.
 * @param {string} name
 * @param {string} [msgid]
 */
export function address(name, msgid = "") {
  return location.origin + location.pathname + fragment(name, msgid);
}

/**
 * The place that a fragment names; null for any other.
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

/** The fragment of an address that leads to a place in this very page; "" for any other. @param {string} href */
export function within(href) {
  const here = location.origin + location.pathname;
  const hash = href.startsWith(`${here}#`) ? href.slice(here.length) : "";
  return placeOf(hash) ? hash : "";
}

/** Whatever ends a link in somebody's text, a full stop or a bracket, is escaped too. @param {string} part */
function escape(part) {
  return encodeURIComponent(part).replace(/[!'()*~.]|_$/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
