/** Commands about other people, and about being away. */

import { t } from "../i18n.js";
import { put } from "../state/preference-changes.js";
import { BLOCKED, OFFERED } from "../state/preferences.js";
import { beAway } from "../state/presence.js";
import { CannotDo, guard, here, isMask, oneLine, online, orElse, send, split } from "./command.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} rest */
function whois(client, rest) {
  const { current, nick } = client.state;
  send(client, "WHOIS", [split(rest)[0] || (current && !current.channel ? current.name : nick)]);
}

/** @param {Client} client @param {string} rest */
function ignore(client, rest) {
  const { preferences } = client.state;
  const [nick] = split(rest);
  if (!nick) return preferences.ignored.size ? t("You ignore {names}.", { names: [...preferences.ignored].sort().join(", ") }) : t("You ignore nobody.");
  if (isMask(nick)) return silence(client, "+", nick);
  orElse(client.act((state) => put(state, nick, BLOCKED, "1")));
  return client.state.can(OFFERED) ? t("What {nick} says is hidden from now on and their private messages are dropped; /unignore {nick} shows it again.", { nick })
    : t("What {nick} says is hidden from now on; /unignore {nick} shows it again.", { nick });
}

/** @param {Client} client @param {string} rest */
function unignore(client, rest) {
  const [nick] = split(rest);
  if (isMask(nick)) return silence(client, "-", nick);
  if (!client.state.preferences.ignores(nick)) return t("You do not ignore {nick}.", { nick });
  orElse(client.act((state) => put(state, nick, BLOCKED, "")));
  return t("What {nick} says is shown again.", { nick });
}

/** The server keeps a mask that covers several people; the page does not apply it. @param {Client} client @param {string} sign @param {string} mask */
function silence(client, sign, mask) {
  if (client.state.status === "online" && !client.state.support.has("SILENCE")) {
    throw new CannotDo(t("This server keeps no list of masks; /ignore nick hides what one person says."));
  }
  send(client, "SILENCE", [sign + mask]);
  if (sign === "-") return t("The server no longer drops private messages from {mask}.", { mask });
  return t("The server drops private messages from {mask}; /unignore {mask} ends that.", { mask });
}

/** AWAY without a text means that we are back (RFC 2812, 4.1). @param {Client} client @param {string} rest */
function away(client, rest) {
  const text = oneLine(rest);
  online(client);
  guard(client, "", text);
  client.act((state) => beAway(state, text));
  return text ? t("You are away: {text} (/away alone ends that)", { text }) : t("You are no longer away.");
}

/** @type {Record<string, import("./command.js").Run>} */
export const PEOPLE = {
  who: (client, rest) => send(client, "WHO", [rest || here(client).name]),
  whois,
  whowas: (client, rest) => send(client, "WHOWAS", [split(rest)[0]]),
  away,
  back: (client) => away(client, ""),
  ignore,
  unignore,
};
