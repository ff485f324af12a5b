/** Detects passwords that are about to be sent to a conversation, as in the terminal client (client/guard.py). */

/** Services that are sent passwords on purpose. */
const SERVICES = new Set(["nickserv", "chanserv", "ns", "cs", "authserv", "q", "x", "userserv"]);
const SERVICE = "(?:nick|chan|auth|user)serv|ns|cs";
const VERBS = "identify|ident|id|register|login|ghost|regain|recover|release|drop|set\\s+pass\\w*|resetpass\\w*|auth";
const PATTERNS = [
  `^\\W*(?:(?:msg|m|query|privmsg|squery)\\s+)?(?:${SERVICE})(?:@\\S+)?\\W*\\s+:?(?:${VERBS})\\b`,
  `^\\W*(?:msg|privmsg|squery)\\s+(?:${SERVICE})\\b`,
  "^\\W*identify\\s+\\S+(?:\\s+\\S+)?\\s*$",
  "^\\W*(?:pass|authenticate|oper)\\s+:?\\S+(?:\\s+\\S+)?\\s*$",
].map((pattern) => new RegExp(pattern, "i"));
const WEAK = /^\W*(?:login|auth|register|ghost|regain|password|passwd)\b:?\s+(?:\S+\s+)?(\S+)\s*$/i;
/** From this length, the password that we connected with is searched for in text. */
const SHORTEST = 6;

export const STOPPED = "That looks like a password: it was not sent. /login and /register hide what you type.";

/**
 * Whether a text for that target reads like a login, or contains the password that we connected with.
 * @param {string} target
 * @param {string} text
 * @param {string} own
 */
export function stops(target, text, own) {
  if (isService(target)) return false;
  return (own.length >= SHORTEST && text.includes(own)) || text.split("\n").some(suspicious);
}

/** Whether a target is told passwords on purpose. @param {string} target */
export function isService(target) {
  return SERVICES.has(target.toLowerCase());
}

/** @param {string} line */
function suspicious(line) {
  return PATTERNS.some((pattern) => pattern.test(line)) || secret(WEAK.exec(line)?.[1] ?? "");
}

/** A word that people do not say: letters with digits or symbols in them. @param {string} word */
function secret(word) {
  const body = word.replace(/^[.,;:!?]+|[.,;:!?]+$/g, "");
  return [...body].length >= SHORTEST && /\p{L}/u.test(body) && /\P{L}/u.test(body);
}
