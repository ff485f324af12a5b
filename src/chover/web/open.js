/** Parts that are opened on request, and loaded only then: one table. */

import { holdKeys } from "./typed-ahead.js";

/** @import { Client } from "./client.js" */

/** @type {Record<string, () => Promise<{open: (client: Client, about: string, at: Element | null) => void}>>} */
const OPENERS = {
  account: () => import("./parts/account-dialog.js"),
  bans: () => import("./parts/channel/bans.js"),
  conversation: () => import("./parts/conversation-card.js"),
  channels: () => import("./parts/channel-browser.js"),
  "channel-settings": () => import("./parts/channel/settings.js"),
  day: () => import("./parts/day-dialog.js"),
  help: () => import("./parts/help-dialog.js"),
  invite: () => import("./parts/channel/invite.js"),
  mute: () => import("./parts/channel/mute.js"),
  "new-channel": () => import("./parts/channel/maker.js"),
  offer: () => import("./parts/offer-dialog.js"),
  picture: () => import("./parts/picture-dialog.js"),
  pins: () => import("./parts/pins-dialog.js"),
  person: () => import("./parts/person-card.js"),
  removal: () => import("./parts/channel/removal.js"),
  settings: () => import("./parts/settings-dialog.js"),
  status: () => import("./parts/status-dialog.js"),
  switcher: () => import("./parts/switcher.js"),
  topic: () => import("./parts/topic-dialog.js"),
};

/**
 * @param {Client} client
 * @param {string} name
 * @param {string} [about]
 * @param {Element | null} [at] Beside which a popover opens.
 */
export async function open(client, name, about = "", at = null) {
  const give = holdKeys();
  try {
    const opener = await OPENERS[name]?.();
    opener?.open(client, about, at);
  } finally {
    give();
  }
}

/**
 * Request it from inside a part.
 * @param {EventTarget} from
 * @param {string} name
 * @param {string} [about]
 */
export function ask(from, name, about = "") {
  from.dispatchEvent(new CustomEvent("open", { bubbles: true, detail: { name, about } }));
}
