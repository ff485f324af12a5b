/** Notifications while the page is in the background, and their targets. Loaded with the first one. */

import { t } from "./i18n.js";
import { notice } from "./pushed.js";

/** @import { Client } from "./client.js" */
/** @import { Conversation } from "./state/conversation.js" */
/** @import { Line } from "./state/shapes.js" */

/** Browser option for a notification that replaces another: it alerts again. */
const AGAIN = { renotify: true };

/** Milliseconds that the worker may take to become ready. */
const PATIENCE = 10_000;
/** Milliseconds between two checks for notifications to remove. */
const PAUSE = 500;

let followed = false;
let waiting = false;

/** The service worker, whose notifications outlive this page; null if there is none. */
export async function worker() {
  const found = await navigator.serviceWorker?.getRegistration();
  // Another program may have one for the whole origin.
  if (found?.scope !== new URL("./", location.href).href) return null;
  const late = new Promise((resolve) => { window.setTimeout(() => resolve(null), PATIENCE); });
  return found.active ? found : /** @type {Promise<ServiceWorkerRegistration | null>} */ (Promise.race([navigator.serviceWorker.ready, late]));
}

/** @param {Client} client @param {Conversation} conversation @param {Line} line */
export async function tell(client, conversation, line) {
  follow(client);
  const { title, options } = notice({
    name: conversation.name, who: client.displayName(line.nick), text: line.text, action: line.kind === "action", msgid: line.msgid, at: line.at,
  }, t);
  const registration = await worker();
  // On a phone, only the worker can show notifications.
  if (registration) return registration.showNotification(title, { ...options, ...AGAIN });
  const shown = new Notification(title, options);
  shown.addEventListener("click", () => {
    window.focus();
    go(conversation.name);
    shown.close();
  });
}

/** From now on a click on a notification opens its conversation, and notifications of read messages are removed. @param {Client} client */
export function follow(client) {
  if (followed) return;
  followed = true;
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.show && go(String(data.show)));
  client.parts.add({ update: (changed) => changed.has("conversations") && soon(client) });
}

/** @param {string} name Of a conversation. */
function go(name) {
  document.dispatchEvent(new CustomEvent("follow", { detail: { name, msgid: "" } }));
  document.dispatchEvent(new CustomEvent("chosen"));
}

/** In a busy channel much is read at once, so it is checked only from time to time. @param {Client} client */
function soon(client) {
  if (waiting) return;
  waiting = true;
  window.setTimeout(() => {
    waiting = false;
    void takeBack(client);
  }, PAUSE);
}

/** @param {Client} client */
async function takeBack(client) {
  const { conversations } = client.state;
  for (const shown of (await (await worker())?.getNotifications()) ?? []) {
    const conversation = conversations.get(shown.tag);
    if (conversation && shown.data?.at <= conversation.readAt) shown.close();
  }
}
