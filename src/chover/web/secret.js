/** Mistyped logins: never sent to a conversation, and never stored, as in the terminal client. */

const SECRET = /^\W*(?:(?:msg|m|query|privmsg)\s+)?(?:(?:nick|chan|auth|user)serv|ns|cs)\W*\s+:?(?:identify|id|register|login|ghost|regain|recover|release|drop|set\s+pass\w*)\b|^\W*identify\s+\S+(?:\s+\S+)?\s*$/im;

/** Whether a text looks like a password. @param {string} text */
export function secret(text) {
  return SECRET.test(text);
}
