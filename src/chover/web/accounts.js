/** Making an account and a token for this browser, so that no password is kept. */

/** @import { Client } from "./client.js" */
/** @import { Message } from "./state/shapes.js" */

const DEVICE = "Web browser";
/** What NickServ answers: the token is the first word. */
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
 * Make an account of the nick that we have (https://ircv3.net/specs/extensions/account-registration).
 * @param {Client} client
 * @param {string} email "" for none.
 * @param {string} password
 * @returns {Promise<string>} What is wrong, or "".
 */
export async function register(client, email, password) {
  const answer = await asked(client, "REGISTER", ["*", email || "*", password]);
  if (answer.command === "REGISTER" && answer.params[0] === "SUCCESS") return "";
  return answer.params.at(-1) ?? "The server gave no reason.";
}

/**
 * Use an invitation up: it makes an account of our nick if we have none, and its channels are joined.
 * @param {Client} client
 * @param {string} token
 */
export async function redeem(client, token) {
  const { command, params } = await asked(client, "REDEEM", [token, "*"]);
  const [, account = "", key = "*"] = params;
  if (command !== "REDEEM") return client.act((state) => state.tell(`Invitation: ${params.at(-1)}`));
  if (key !== "*") client.remember({ nick: client.state.nick, account, secret: key });
}

/**
 * A token in place of the password, from now on and on the next visit.
 * @param {Client} client
 * @param {string} account
 */
export async function makeToken(client, account) {
  const answer = await asked(client, "NICKSERV", ["TOKEN", "MAKE", DEVICE]);
  const token = TOKEN.exec(answer.params.at(-1) ?? "")?.[1];
  if (token) client.remember({ nick: client.state.nick, account, secret: token });
}
