/** Creates an account, and a token for this browser, so that no password is stored. */

import { t } from "./i18n.js";
import { refusal } from "./state/refusal.js";

/** @import { Client } from "./client.js" */
/** @import { Message } from "./state/shapes.js" */

const DEVICE = "Web browser";
/** NickServ's answer: the token is the first word. */
const TOKEN = /^(\S{20,}) is a password for one device/;

/**
 * @param {Client} client
 * @param {string} command
 * @param {string[]} params
 * @returns {Promise<Message>} The first message of the answer.
 */
function asked(client, command, params) {
  return new Promise((resolve) => client.act((state) => state.ask({ kind: "account", key: "", then: resolve }, command, params)));
}

/**
 * Create an account for our nick (https://ircv3.net/specs/extensions/account-registration).
 * @param {Client} client
 * @param {string} email "" for none.
 * @param {string} password
 * @returns {Promise<string>} What is wrong, or "".
 */
export async function register(client, email, password) {
  const answer = await asked(client, "REGISTER", ["*", email || "*", password]);
  if (answer.command === "REGISTER" && answer.params[0] === "SUCCESS") return "";
  return refusal(answer) || t("The server gave no reason.");
}

/**
 * Redeem an invitation: it creates an account for our nick if we have none, and joins its channels.
 * @param {Client} client
 * @param {string} token
 */
export async function redeem(client, token) {
  const answer = await asked(client, "REDEEM", [token, "*"]);
  const [, account = "", key = "*"] = answer.params;
  if (answer.command !== "REDEEM") return client.act((state) => state.tell(`Invitation: ${refusal(answer)}`));
  if (key !== "*") client.remember({ nick: client.state.nick, account, secret: key });
}

/**
 * Replace the password by a token, now and for the next visit.
 * @param {Client} client
 * @param {string} account
 */
export async function makeToken(client, account) {
  const answer = await asked(client, "NICKSERV", ["TOKEN", "MAKE", DEVICE]);
  const token = TOKEN.exec(answer.params.at(-1) ?? "")?.[1];
  if (token) client.remember({ nick: client.state.nick, account, secret: token });
}
