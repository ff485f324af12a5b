/** Passwords on their way into a conversation: they are stopped before they leave, as in the terminal client (client/guard.py). */

/** Who is told a password on purpose. */
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
/** What we came in with is looked for in text from this length on. */
const SHORTEST = 6;

export const STOPPED = "That looks like a password: it was not sent. /login and /register hide what you type.";

/**
 * Whether a text to that target reads like logging in, or holds what we came in with.
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

/** A word that people do not say: letters with digits or signs in them. @param {string} word */
function secret(word) {
  const body = word.replace(/^[.,;:!?]+|[.,;:!?]+$/g, "");
  return [...body].length >= SHORTEST && /\p{L}/u.test(body) && /\P{L}/u.test(body);
}
