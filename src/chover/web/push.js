/** Push notifications while the page is closed (draft/webpush): this browser's subscription. Loaded on first use. */

import { t } from "./i18n.js";
import { follow as followNotices, worker } from "./notices.js";
import { refusal } from "./state/refusal.js";
import { load, remove, save } from "./storage.js";

/** @import { Client } from "./client.js" */
/** @typedef {{endpoint: string, account: string}} Kept Where the server notifies this browser, and for which account. */

const KEPT = "push";

/** @returns {Kept | null} */
export function kept() {
  return load(KEPT, /** @type {Kept | null} */ (null));
}

/**
 * Why this browser cannot be notified while the page is closed; "" if it can.
 * @param {Client} client
 */
export function obstacle({ state }) {
  if (!isSecureContext) return t("It needs https, except on the server's own machine: ask the server's operator for a certificate.");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return /iP(?:hone|ad|od)/.test(navigator.userAgent)
      ? t("On an iPhone or iPad put this page on the home screen first (Share, then Add to Home Screen), and open it from there.")
      : t("This browser cannot show notifications while the page is closed.");
  }
  if (state.status !== "online") return t("There is no connection to the server now: try again when it is back.");
  if (!state.support.has("VAPID")) return t("This server sends no push notifications.");
  if (!state.account) return t("Only accounts can be notified: a guest is gone when the page is closed.");
  if (Notification.permission === "denied") return t("This browser was told not to show notifications of this page; its settings for this site can change that.");
  return "";
}

/**
 * Subscribe to push notifications. Returns what is wrong, or "".
 * @param {Client} client
 */
export async function turnOn(client) {
  const problem = obstacle(client);
  if (problem) return problem;
  if (await Notification.requestPermission() !== "granted") return t("Notifications were not allowed.");
  try {
    return await register(client, await subscription(client.state.support.get("VAPID")));
  } catch (error) {
    return error instanceof NoWorker ? error.message : t("The browser's push service was not reached: {reason}", { reason: error instanceof Error ? error.message : error });
  }
}

/**
 * Unsubscribe: the server forgets this browser. If it is not told, it finds the address gone.
 * @param {Client} client
 */
export async function turnOff(client) {
  const known = kept();
  remove(KEPT);
  if (known) client.act((state) => state.status === "online" && state.outgoing.push(`WEBPUSH UNREGISTER ${known.endpoint}`));
  await (await (await worker())?.pushManager.getSubscription())?.unsubscribe();
}

/**
 * Register this browser's subscription on each connection, as long as the user wants it.
 * @param {Client} client
 */
export function follow(client) {
  followNotices(client);
  let told = false;
  const renewing = () => {
    const { settled } = client.state;
    if (settled && !told) void renew(client);
    told = settled;
  };
  client.parts.add({ update: (changed) => changed.has("connection") && renewing() });
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.renewed && void renew(client));
  renewing();
}

/** @param {Client} client */
async function renew(client) {
  const known = kept();
  const { state } = client;
  if (!known || !state.support.has("VAPID")) return;
  // Another account, or none: notifications for the old one are not for the current user.
  if (known.account !== state.account || Notification.permission !== "granted") return turnOff(client);
  const problem = await turnOn(client);
  if (problem) state.tell(t("Notifications while the page is closed are off. {problem}", { problem }));
}

class NoWorker extends Error {}

/** The browser's part, made for the server's key; a subscription for another key is given up. @param {string} key */
async function subscription(key) {
  const registration = await worker();
  if (!registration) throw new NoWorker(t("The browser has not installed this page's helper, most likely because of the certificate."));
  const known = await registration.pushManager.getSubscription();
  if (known && sameKey(known.options.applicationServerKey, key)) return known;
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/** @param {Client} client @param {PushSubscription} made */
async function register(client, made) {
  const { p256dh = "", auth = "" } = made.toJSON().keys ?? {};
  const before = kept();
  const answer = await asked(client, ["REGISTER", made.endpoint, `p256dh=${p256dh};auth=${auth}`]);
  if (answer.command === "FAIL") return refusal(answer) || t("The server gave no reason.");
  save(KEPT, { endpoint: made.endpoint, account: client.state.account });
  if (before && before.endpoint !== made.endpoint) client.act((state) => state.outgoing.push(`WEBPUSH UNREGISTER ${before.endpoint}`));
  return "";
}

/** @param {Client} client @param {string[]} params @returns {Promise<import("./state/shapes.js").Message>} */
function asked(client, params) {
  return new Promise((resolve) => client.act((state) => state.ask({ kind: "account", key: "", then: resolve }, "WEBPUSH", params)));
}

/** @param {ArrayBuffer | null} known @param {string} key */
function sameKey(known, key) {
  const [ours, theirs] = [bytes(key), new Uint8Array(known ?? new ArrayBuffer(0))];
  return ours.length === theirs.length && ours.every((byte, at) => byte === theirs[at]);
}

/** Of URL-safe base64. @param {string} text */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}
